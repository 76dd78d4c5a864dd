package io.penstock.inference.release;

import java.io.IOException;

/// Why a version, or its artifact, cannot be had; in the words that the serving status shows.
public final class LoadFailed extends Exception {

  private final boolean passing;

  LoadFailed(String message) {
    super(message);
    passing = false;
  }

  LoadFailed(String message, Throwable cause) {
    this(message, cause, cause instanceof IOException);
  }

  LoadFailed(String message, Throwable cause, boolean passing) {
    super(message, cause);
    this.passing = passing;
  }

  /// Whether the same attempt may succeed later: the registry or the disk was in the way.
  public boolean isPassing() {
    return passing;
  }
}
