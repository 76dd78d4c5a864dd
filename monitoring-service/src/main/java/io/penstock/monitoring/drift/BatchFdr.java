package io.penstock.monitoring.drift;

import java.util.Arrays;

/// Where a sequence of batches of tests stands under online control of the false discovery rate.
///
/// This is BatchPRDS of Zrnic, Jiang, Ramdas and Jordan, "The Power of Batching in Multiple
/// Hypothesis Testing" (AISTATS 2020): Benjamini–Hochberg within a batch, at a level that past
/// discoveries earn. It holds the rate over all batches where the p-values within a batch depend on
/// each other positively, as those of correlated columns do, and batches are independent.
///
/// @param batches tested so far
/// @param discoveries made so far
record BatchFdr(long batches, long discoveries) {

  static final BatchFdr START = new BatchFdr(0, 0);

  private static final double DECAY = 1.6;

  // The sum of t^-1.6 over all t (Riemann's zeta), rounded up so that the levels never add up to
  // more than the rate.
  private static final double DECAY_SUM = 2.2857658;

  /// What became of one batch.
  ///
  /// @param threshold the largest p-value that is a discovery
  record Decision(double threshold, int discovered, BatchFdr next) {

    boolean isDiscovery(double pValue) {
      return pValue <= threshold;
    }
  }

  /// Decides a batch of at least one test.
  Decision decide(double rate, double[] pValues) {
    double[] sorted = pValues.clone();
    Arrays.sort(sorted);
    int tests = sorted.length;
    double level = level(rate, tests);
    int discovered = tests;
    while (discovered > 0 && sorted[discovered - 1] > level * discovered / tests) {
      discovered--;
    }
    return new Decision(
        Math.min(1, level * Math.max(1, discovered) / tests),
        discovered,
        new BatchFdr(batches + 1, discoveries + discovered));
  }

  /// The level of the next batch.
  double level(double rate, int tests) {
    double share = Math.pow(batches + 1.0, -DECAY) / DECAY_SUM;
    return rate * share * (tests + discoveries) / tests;
  }
}
