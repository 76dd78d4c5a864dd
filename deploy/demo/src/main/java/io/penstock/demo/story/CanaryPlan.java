package io.penstock.demo.story;

import io.penstock.proto.registry.v1.CanaryCriteria;

/// How the candidate is tried out.
///
/// @param flights how many flights will be replayed; the verdict must be possible with a canary's
///   share of them
public record CanaryPlan(int flights) {

  static final int PERCENT = 20;

  private static final double LATENCY_RATIO = 50;

  /// Asks for labels of five eighths of the canary's flights: the AUC of fewer says little. Latency
  /// may grow: the candidate looks up six features that the baseline does without.
  CanaryCriteria criteria() {
    return CanaryCriteria.newBuilder()
        .setMinRequests(Math.max(1, flights / 30))
        .setMinLabels(Math.max(1, flights / 8))
        .setMaxErrorRateIncrease(0.01)
        .setMaxLatencyRatio(LATENCY_RATIO)
        .setMinAucGain(0.005)
        .setAutomatic(true)
        .build();
  }
}
