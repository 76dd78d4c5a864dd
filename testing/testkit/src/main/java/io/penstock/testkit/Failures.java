package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureStatus;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowingConsumer;

/// What a test expects of a refused call: `assertThatThrownBy(…).satisfies(Failures.with(NOT_FOUND,
/// "MODEL_NOT_FOUND"))`.
public final class Failures {

  private Failures() {}

  public static ThrowingConsumer<Throwable> with(Code code, String reason) {
    return with(code, reason, _ -> {});
  }

  /// Also looks at the message, metadata or violations.
  public static ThrowingConsumer<Throwable> with(
      Code code, String reason, Consumer<FailureStatus> more) {
    return thrown -> {
      var status = read(thrown);
      assertThat(status.code()).as("code of: %s", status).isEqualTo(code);
      assertThat(status.reason()).as("reason of: %s", status).isEqualTo(reason);
      more.accept(status);
    };
  }

  private static FailureStatus read(Throwable thrown) {
    return switch (thrown) {
      case StatusRuntimeException e -> read(e);
      case StatusException e -> read(new StatusRuntimeException(e.getStatus(), e.getTrailers()));
      default -> fail("expected the status of a call, got %s", thrown);
    };
  }

  private static FailureStatus read(StatusRuntimeException e) {
    return FailureStatus.from(e)
        .orElseGet(() -> fail("the status has no ErrorInfo: %s", e.getStatus()));
  }
}
