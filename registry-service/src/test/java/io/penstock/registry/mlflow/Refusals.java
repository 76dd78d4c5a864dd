package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.testkit.Failures;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Asserts that a call is refused in exactly MLflow's words.
final class Refusals {

  private Refusals() {}

  static void assertInvalid(ThrowingCallable call, String message) {
    assertRefused(call, INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE", message);
  }

  static void assertMissing(ThrowingCallable call, String message) {
    assertRefused(call, NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", message);
  }

  static void assertTaken(ThrowingCallable call, String message) {
    assertRefused(call, ALREADY_EXISTS, "RESOURCE_ALREADY_EXISTS", message);
  }

  private static void assertRefused(
      ThrowingCallable call, Code code, String reason, String message) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(code, reason, status -> assertThat(status.message()).isEqualTo(message)));
  }
}
