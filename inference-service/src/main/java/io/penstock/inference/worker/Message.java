package io.penstock.inference.worker;

/// What is said between the service and a worker process.
enum Message {
  /// Here is a model. Answered by `LOADED` or `REFUSED`.
  LOAD,
  /// Forget the model. Answered by `DONE`.
  UNLOAD,
  /// This connection is a runner's from now on. Answered by `DONE` with the runner's number.
  OPEN,
  /// Run these requests together. Answered by `ANSWERS` or `FAILED`.
  RUN,
  /// Stop that runner's run. Not answered.
  TERMINATE,
  /// Are you there? Answered by `DONE`.
  PING,
  LOADED,
  REFUSED,
  ANSWERS,
  FAILED,
  DONE;

  private static final Message[] ALL = values();

  static Message of(int code) {
    return ALL[code];
  }
}
