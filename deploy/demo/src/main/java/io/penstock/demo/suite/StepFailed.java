package io.penstock.demo.suite;

/// The suite did not do what the demo says it does. The message is for the person who watches.
public final class StepFailed extends RuntimeException {

  public StepFailed(String message) {
    super(message);
  }

  public StepFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
