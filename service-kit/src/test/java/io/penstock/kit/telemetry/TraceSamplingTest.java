package io.penstock.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.penstock.kit.telemetry.TraceSampling.Rule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceSamplingTest {

  private final TraceSampling sampling = new TraceSampling(new TelemetryConfig(null, 1));

  @Test
  void configured_atFirst() {
    assertThat(sampling.current()).isEqualTo(new Rule(true, 1, Rule.NO_END));
    assertThat(sampled(100)).isEqualTo(100);
  }

  @Test
  void ratio_changes() {
    sampling.change(new Rule(true, 0, Rule.NO_END));
    assertThat(sampled(100)).isZero();
    sampling.change(new Rule(true, 0.5, Rule.NO_END));
    assertThat(sampled(1_000)).isBetween(350, 650);
  }

  @Test
  void off_recordsNothing() {
    sampling.change(new Rule(false, 1, Rule.NO_END));
    assertThat(sampled(100)).isZero();
  }

  @Test
  void count_runsOut() {
    sampling.change(new Rule(true, 1, 7));
    assertThat(sampled(100)).isEqualTo(7);
    assertThat(sampling.current().remaining()).isZero();
  }

  @Test
  void count_ofMany_isNotExceededByThreadsTogether() {
    sampling.change(new Rule(true, 1, 500));
    long recorded = IntStream.range(0, 8).parallel().map(_ -> sampled(200)).sum();
    assertThat(recorded).isEqualTo(500);
  }

  private int sampled(int traces) {
    return (int) IntStream.range(0, traces).filter(_ -> isSampled()).count();
  }

  private boolean isSampled() {
    return sampling
            .shouldSample(
                Context.root(),
                IdGenerator.random().generateTraceId(),
                "a span",
                SpanKind.SERVER,
                Attributes.empty(),
                List.of())
            .getDecision()
        == SamplingDecision.RECORD_AND_SAMPLE;
  }
}
