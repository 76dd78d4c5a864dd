package io.penstock.inference.release;

/// Who says what is to be served. Where two name one model, the first of them is believed.
public enum ReleaseSource {
  REGISTRY("the registry to tell them"),
  DIRECTORY("the model directory to be read");

  private final String waiting;

  ReleaseSource(String waiting) {
    this.waiting = waiting;
  }

  /// What a server waits for that has not heard of it.
  String waiting() {
    return waiting;
  }
}
