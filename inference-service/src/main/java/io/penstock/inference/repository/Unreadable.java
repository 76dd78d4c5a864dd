package io.penstock.inference.repository;

/// Why a model or a version of a directory cannot be asked for, in the words of the repository
/// index.
final class Unreadable extends Exception {

  Unreadable(String message) {
    super(message);
  }

  Unreadable(String message, Throwable cause) {
    super(message, cause);
  }
}
