package io.penstock.inference.runtime;

/// A file that will not be served, with the reason in words. Trying again does not help.
public final class ModelRefused extends Exception {

  public ModelRefused(String message) {
    super(message);
  }

  public ModelRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
