package io.penstock.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.PreconditionFailure;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureStatusTest {

  @Test
  void toException_andBack() {
    var status =
        FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", "two things are wrong")
            .withMetadata("model", "flight-delay")
            .withViolation("model.name", "was 'X Y', expected lower case")
            .withViolation("model.owner", "was empty")
            .withRetryAfter(Duration.ofMillis(1500));

    assertThat(FailureStatus.from(status.toException())).contains(status);
  }

  @Test
  void toException_forACallerWithRoom_hasTheWholeMessageInTheDetails() {
    var status = FailureStatus.of(Code.INVALID_ARGUMENT, "PARAM", "é".repeat(12_000));
    var wide = status.toException(90_000);
    assertThat(FailureStatus.from(wide)).contains(status);
    assertThat(wide.getStatus().getDescription()).hasSizeLessThan(600).endsWith("…");
    assertThat(FailureStatus.from(status.toException(2_000)).orElseThrow().message())
        .hasSize(999)
        .endsWith("…");
    assertThat(FailureStatus.from(status.toException(0)))
        .isEqualTo(FailureStatus.from(status.toException()));
  }

  @Test
  void toProto_violationsTakeTheShapeOfTheCode() {
    assertThat(detail(Code.INVALID_ARGUMENT).is(BadRequest.class)).isTrue();
    assertThat(detail(Code.FAILED_PRECONDITION).is(PreconditionFailure.class)).isTrue();
  }

  @Test
  void toException_failedPrecondition_andBack() {
    var status =
        FailureStatus.of(Code.FAILED_PRECONDITION, "GATE_NOT_PASSED", "no approval")
            .withViolation("approval", "0 of 1");

    assertThat(FailureStatus.from(status.toException())).contains(status);
  }

  @Test
  void from_statusOfSomebodyElse() {
    assertThat(FailureStatus.from(new StatusRuntimeException(Status.UNAVAILABLE))).isEmpty();
  }

  private static com.google.protobuf.Any detail(Code code) {
    return FailureStatus.of(code, "REASON", "message")
        .withViolation("field", "wrong")
        .toProto(FailureStatus.DOMAIN)
        .getDetails(1);
  }
}
