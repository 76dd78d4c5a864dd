package io.penstock.governance.log;

/// The log's files contradict each other or what others saw of them. Nothing is repaired then: a
/// person must look.
public final class LogCorrupt extends RuntimeException {

  public LogCorrupt(String message) {
    super(message);
  }

  public LogCorrupt(String message, Throwable cause) {
    super(message, cause);
  }
}
