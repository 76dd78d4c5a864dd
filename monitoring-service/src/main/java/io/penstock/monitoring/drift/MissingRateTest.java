package io.penstock.monitoring.drift;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.FisherExactTest;

/// The test of whether a value is missing as often in a window as in training: two proportions with
/// a pooled variance, or Fisher's exact test where too few are missing for that.
///
/// @param statistic z; positive where the window misses more
record MissingRateTest(double statistic, double pValue) {

  private static final double LEAST_EXPECTED = 5;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /// @param samples with two bins: missing and present
  static MissingRateTest of(BinnedSamples samples) {
    double reference = samples.referenceTotal();
    double window = samples.windowTotal();
    double missing = samples.reference()[0] + samples.window()[0];
    double pooled = missing / (reference + window);
    if (pooled == 0 || pooled == 1) {
      return new MissingRateTest(0, 1);
    }
    double deviation = Math.sqrt(pooled * (1 - pooled) * (1 / reference + 1 / window));
    double z = (samples.window()[0] / window - samples.reference()[0] / reference) / deviation;
    double rarest = Math.min(pooled, 1 - pooled) * Math.min(reference, window);
    return new MissingRateTest(
        z,
        rarest >= LEAST_EXPECTED || reference + window > Integer.MAX_VALUE
            ? 2 * NORMAL.survivalProbability(Math.abs(z))
            : exact(samples.reference(), samples.window()));
  }

  private static double exact(long[] reference, long[] window) {
    int[][] table = {
      {Math.toIntExact(reference[0]), Math.toIntExact(reference[1])},
      {Math.toIntExact(window[0]), Math.toIntExact(window[1])}
    };
    return FisherExactTest.withDefaults().test(table).getPValue();
  }
}
