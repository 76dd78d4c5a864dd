package io.penstock.kit.failure;

/// Carries a [Failure] from where it is noticed to where it is answered.
public final class FailureException extends RuntimeException {

  private final transient Failure failure;

  public FailureException(Failure failure) {
    super(failure.toString());
    this.failure = failure;
  }

  public FailureException(Failure failure, Throwable cause) {
    super(failure.toString(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
