package io.penstock.inference.release;

/// Why a version is not served, in the words that the serving status shows.
final class LoadFailed extends Exception {

  LoadFailed(String message) {
    super(message);
  }

  LoadFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
