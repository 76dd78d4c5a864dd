package io.penstock.kit.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Which of the traces that begin here are recorded; can be changed while the service runs. A call
/// that is part of a trace already follows the decision of whoever began it.
@Singleton
public final class TraceSampling implements Sampler {

  /// What is recorded.
  ///
  /// @param on whether anything is
  /// @param ratio the share of traces
  /// @param remaining how many traces more; -1 for no end
  public record Rule(boolean on, double ratio, long remaining) {

    public static final long NO_END = -1;

    Rule afterOneMore() {
      return remaining == NO_END ? this : new Rule(on, ratio, remaining - 1);
    }

    boolean isSpent() {
      return !on || remaining == 0;
    }
  }

  private record State(Rule rule, Sampler sampler) {

    static State of(Rule rule) {
      return new State(rule, Sampler.traceIdRatioBased(rule.ratio()));
    }

    State afterOneMore() {
      return rule.remaining() <= 0 ? this : new State(rule.afterOneMore(), sampler);
    }
  }

  private final Rule configured;
  private final AtomicReference<State> state;

  public TraceSampling(TelemetryConfig config) {
    this.configured = new Rule(true, config.sampling(), Rule.NO_END);
    this.state = new AtomicReference<>(State.of(configured));
  }

  /// What the service was configured with.
  public Rule configured() {
    return configured;
  }

  public Rule current() {
    return state.get().rule();
  }

  public void change(Rule rule) {
    state.set(State.of(rule));
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    var now = state.get();
    if (now.rule().isSpent()) {
      return SamplingResult.drop();
    }
    var result = now.sampler().shouldSample(parent, traceId, name, kind, attributes, links);
    return result.getDecision() == SamplingDecision.RECORD_AND_SAMPLE ? counted(result) : result;
  }

  // The last of a counted number may be wanted by two threads at once; one of them goes without.
  private SamplingResult counted(SamplingResult result) {
    var before = state.getAndUpdate(State::afterOneMore);
    return before.rule().isSpent() ? SamplingResult.drop() : result;
  }

  @Override
  public String getDescription() {
    return "TraceSampling{" + current() + "}";
  }
}
