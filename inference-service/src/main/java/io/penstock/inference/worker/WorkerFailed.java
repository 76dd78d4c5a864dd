package io.penstock.inference.worker;

import java.io.IOException;

/// A worker process that did not do what it was asked, with what is known of its end.
final class WorkerFailed extends IOException {

  private static final long serialVersionUID = 1;

  WorkerFailed(String message) {
    super(message);
  }

  WorkerFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
