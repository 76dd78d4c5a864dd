package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.penstock.proto.mlflow.v1.LogParamRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The one character of Unicode that PostgreSQL does not store: no caller's text is our bug.
class NulIT extends TrackingFixture {

  private static final String NUL = "a\0b";

  @Test
  void asAnId_orAKey_orAValue() {
    var run = newRun("0").getInfo().getRunId();
    assertRefused(() -> run(NUL));
    assertRefused(() -> newRun(NUL));
    assertRefused(() -> newExperiment(NUL));
    assertRefused(() -> logMetric(NUL, "loss", 1, 1, 1));
    assertRefused(() -> mlflow.setTag(setTag(run, NUL, "x")));
    assertRefused(() -> mlflow.setTag(setTag(run, "key", NUL)));
    assertRefused(() -> mlflow.logParam(param(run, NUL)));
  }

  private static LogParamRequest param(String run, String value) {
    return LogParamRequest.newBuilder().setRunId(run).setKey("key").setValue(value).build();
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .extracting(thrown -> Status.fromThrowable(thrown).getCode())
        .isEqualTo(INVALID_ARGUMENT);
  }
}
