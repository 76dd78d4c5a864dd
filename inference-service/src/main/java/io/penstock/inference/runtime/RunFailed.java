package io.penstock.inference.runtime;

/// A run that gave no outputs.
public final class RunFailed extends Exception {

  /// Whose fault it was, as far as the runtime can tell.
  public enum Cause {
    /// The runtime found the values wrong: another request may do better.
    INPUT,
    /// The model failed.
    MODEL,
    /// It was told to stop.
    TERMINATED
  }

  private final Cause kind;

  public RunFailed(Cause kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RunFailed(Cause kind, Throwable cause) {
    super(String.valueOf(cause.getMessage()).strip(), cause);
    this.kind = kind;
  }

  public Cause kind() {
    return kind;
  }
}
