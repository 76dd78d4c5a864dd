package io.penstock.demo.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalTest {

  @Test
  void of_everythingThatASuiteSays() {
    PreconditionFailure.Builder unmet = PreconditionFailure.newBuilder();
    unmet.addViolationsBuilder().setSubject("approved").setDescription("no approval");
    RetryInfo.Builder retry = RetryInfo.newBuilder();
    retry.getRetryDelayBuilder().setSeconds(2);
    Refusal refusal =
        Refusal.of(
            StatusProto.toStatusRuntimeException(
                Status.newBuilder()
                    .setCode(Code.FAILED_PRECONDITION.value())
                    .setMessage("the gate says no")
                    .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("GATE_REFUSED").build()))
                    .addDetails(Any.pack(unmet.build()))
                    .addDetails(Any.pack(retry.build()))
                    .build()));
    assertThat(refusal).hasToString("FAILED_PRECONDITION GATE_REFUSED: the gate says no");
    assertThat(refusal.violations())
        .containsExactly(new Refusal.Violation("approved", "no approval"));
    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(2));
  }

  @Test
  void of_aBareStatus() {
    Refusal refusal = Refusal.of(new StatusRuntimeException(io.grpc.Status.UNAVAILABLE));
    assertThat(refusal.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(refusal.retryAfter()).isEmpty();
  }

  @Test
  void expected_whenLetThrough() {
    assertThatThrownBy(() -> Refusal.expected("it", () -> {}))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("let through");
  }

  @Test
  void orExisting_findsOnlyWhatExists() {
    assertThat(Refusal.orExisting(() -> failing(io.grpc.Status.ALREADY_EXISTS), () -> "found"))
        .isEqualTo("found");
    assertThatThrownBy(
            () -> Refusal.orExisting(() -> failing(io.grpc.Status.INTERNAL), () -> "found"))
        .isInstanceOf(StatusRuntimeException.class);
  }

  private static String failing(io.grpc.Status status) {
    throw status.asRuntimeException();
  }
}
