package io.penstock.demo.training;

/// No model came out. The message says why.
public final class TrainingFailed extends RuntimeException {

  TrainingFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
