package io.penstock.monitoring.drift;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/// The two-sample likelihood-ratio test of whether two binned samples come from one distribution.
/// Its statistic is the Jensen–Shannon divergence weighted by sample size, times twice the number
/// of values.
///
/// The p-value uses Williams' correction (Biometrika 63, 1976, 33–37), without which the test
/// rejects too often where bins are thin.
///
/// @param statistic G, uncorrected
record GTest(double statistic, int degreesOfFreedom, double pValue) {

  /// Tests samples that have at least two bins, none of them empty in both.
  static GTest of(BinnedSamples samples) {
    double reference = samples.referenceTotal();
    double window = samples.windowTotal();
    double total = reference + window;
    double g = 0;
    double inverseBins = 0;
    for (int bin = 0; bin < samples.bins(); bin++) {
      double both = samples.reference()[bin] + samples.window()[bin];
      g += term(samples.reference()[bin], both * reference / total);
      g += term(samples.window()[bin], both * window / total);
      inverseBins += 1 / both;
    }
    int degrees = samples.bins() - 1;
    double statistic = Math.max(0, 2 * g);
    double correction =
        1
            + (total / reference + total / window - 1)
                * (total * inverseBins - 1)
                / (6 * total * degrees);
    return new GTest(statistic, degrees, survival(statistic / correction, degrees));
  }

  private static double term(double observed, double expected) {
    return observed == 0 ? 0 : observed * Math.log(observed / expected);
  }

  private static double survival(double statistic, int degrees) {
    return ChiSquaredDistribution.of(degrees).survivalProbability(statistic);
  }
}
