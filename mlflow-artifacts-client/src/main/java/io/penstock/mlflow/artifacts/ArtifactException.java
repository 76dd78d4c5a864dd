package io.penstock.mlflow.artifacts;

import org.jspecify.annotations.Nullable;

/// What a server refused, what came broken, or what nobody could be asked for.
public final class ArtifactException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;

  ArtifactException(String message) {
    this(message, 0);
  }

  ArtifactException(String message, int status) {
    super(message);
    this.status = status;
  }

  ArtifactException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = 0;
  }

  /// The HTTP status of the answer; 0 where there was none.
  public int status() {
    return status;
  }
}
