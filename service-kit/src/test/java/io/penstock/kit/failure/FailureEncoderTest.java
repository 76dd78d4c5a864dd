package io.penstock.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.penstock.kit.failure.KitFailure.Conflict;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureEncoderTest {

  private record Unmapped() implements Failure {}

  private final FailureEncoder encoder =
      new FailureEncoder(
          List.of(new KitFailures()),
          List.of(
              thrown ->
                  thrown instanceof SQLTransientConnectionException
                      ? Optional.of(new DependencyUnavailable("PostgreSQL", "gone"))
                      : Optional.empty()));

  @Test
  void statusOf_failure() {
    var status = encoder.statusOf(new FailureException(new Conflict("models/m", "changed")));

    assertThat(status.code()).isEqualTo(Code.ABORTED);
    assertThat(status.reason()).isEqualTo("CONFLICT");
  }

  @Test
  void statusOf_failureThatNobodyMaps() {
    assertThat(encoder.statusOf(new FailureException(new Unmapped())).code())
        .isEqualTo(Code.INTERNAL);
  }

  @Test
  void statusOf_libraryException() {
    var status = encoder.statusOf(new SQLTransientConnectionException("pool exhausted"));

    assertThat(status.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.metadata()).containsEntry("dependency", "PostgreSQL");
  }

  @Test
  void statusOf_bug_keepsItsMessage() {
    var status = encoder.statusOf(new IllegalStateException("swordfish"));

    assertThat(status.code()).isEqualTo(Code.INTERNAL);
    assertThat(status.message()).isEqualTo("internal error");
  }

  @Test
  void statusOf_peersAnswer() {
    var gate = FailureStatus.of(Code.FAILED_PRECONDITION, "GATE_NOT_PASSED", "no approval");

    assertThat(encoder.statusOf(gate.toException())).isEqualTo(gate);
    assertThat(encoder.statusOf(Status.UNAVAILABLE.asRuntimeException()).reason())
        .isEqualTo("DEPENDENCY_UNAVAILABLE");
    assertThat(encoder.statusOf(Status.DEADLINE_EXCEEDED.asRuntimeException()).code())
        .isEqualTo(Code.DEADLINE_EXCEEDED);
  }

  @Test
  void statusOf_peerThatRefusesUs_isOurBugNotTheCallers() {
    var refusal =
        FailureStatus.of(Code.PERMISSION_DENIED, "PERMISSION_MISSING", "service/x lacks y");

    assertThat(encoder.statusOf(refusal.toException()).code()).isEqualTo(Code.INTERNAL);
  }
}
