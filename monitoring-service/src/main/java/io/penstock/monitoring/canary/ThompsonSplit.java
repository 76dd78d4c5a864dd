package io.penstock.monitoring.canary;

import java.util.Locale;
import org.apache.commons.statistics.distribution.BetaDistribution;

/// How Thompson sampling splits the traffic of two versions: each gets the share that equals its
/// chance of being the better one. To draw a winner for every request would come to the same split,
/// but would not let a caller stay with its version.
///
/// @param better chance that the canary earns more than the primary
/// @param percent the canary's share, within the bandit's bounds
/// @param reason in words
record ThompsonSplit(double better, int percent, String reason) {

  // The midpoint rule over the canary's quantiles; its error is far below a percentage point.
  private static final int POINTS = 400;

  static ThompsonSplit of(Bandit bandit, Rewards canary, Rewards primary) {
    double better = chance(posterior(bandit, canary), posterior(bandit, primary));
    double share = Math.clamp(better, bandit.minShare(), 1 - bandit.minShare());
    int percent = Math.clamp(Math.round(100 * share), 1, 99);
    return new ThompsonSplit(better, percent, words(better, canary, primary));
  }

  private static BetaDistribution posterior(Bandit bandit, Rewards rewards) {
    return BetaDistribution.of(
        bandit.priorSuccesses() + rewards.sum(),
        bandit.priorFailures() + rewards.count() - rewards.sum());
  }

  private static double chance(BetaDistribution canary, BetaDistribution primary) {
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      double reward = canary.inverseCumulativeProbability((i + 0.5) / POINTS);
      sum += primary.cumulativeProbability(reward);
    }
    return sum / POINTS;
  }

  private static String words(double better, Rewards canary, Rewards primary) {
    return String.format(
        Locale.ROOT,
        "rewards: canary %.3f of %.0f, primary %.3f of %.0f; the canary is better with %.1f %%",
        canary.mean(),
        canary.count(),
        primary.mean(),
        primary.count(),
        100 * better);
  }
}
