package io.penstock.monitoring.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.kit.failure.FailureException;
import org.junit.jupiter.api.Test;

class SpanReceiverTest {

  private static final int LIMIT = 1 << 20;

  private final SpanReceiver receiver =
      new SpanReceiver(new TraceConfig(10, 1 << 20, 5, LIMIT), new SimpleMeterRegistry());

  @Test
  void admit_whileTooMuchIsPending_refusesForNow() {
    receiver.admit(
        LIMIT,
        () -> {
          assertThatThrownBy(() -> receiver.admit(1, () -> "never"))
              .isInstanceOf(FailureException.class)
              .hasMessageContaining("SpansOverloaded");
          return "taken";
        });

    assertThat(receiver.admit(1, () -> "taken")).isEqualTo("taken");
  }

  @Test
  void admit_oneExportLargerThanTheLimit_letsItIn() {
    assertThat(receiver.<String>admit(2 * LIMIT, () -> "taken")).isEqualTo("taken");
  }
}
