package io.penstock.inference.release;

/// Why a version, or its artifact, cannot be had; in the words that the serving status shows.
public final class LoadFailed extends Exception {

  LoadFailed(String message) {
    super(message);
  }

  LoadFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
