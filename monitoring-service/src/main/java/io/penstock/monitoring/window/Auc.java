package io.penstock.monitoring.window;

/// Area under the ROC curve with its standard error.
///
/// The error is Hanley and McNeil's (Radiology 143, 1982, 29–36): the variance of the Wilcoxon
/// statistic under exponential scores, a little wide for most models.
///
/// @param value NaN where one class is missing
public record Auc(double value, double standardError) {

  static final Auc UNKNOWN = new Auc(Double.NaN, Double.NaN);

  /// The area from counts in ascending score bins; scores within one bin count as ties.
  public static Auc of(long[] positives, long[] negatives) {
    double ordered = 0;
    double negativesBelow = 0;
    double positiveCount = 0;
    for (int bin = 0; bin < positives.length; bin++) {
      ordered += positives[bin] * (negativesBelow + negatives[bin] / 2.0);
      negativesBelow += negatives[bin];
      positiveCount += positives[bin];
    }
    return positiveCount <= 0 || negativesBelow <= 0
        ? UNKNOWN
        : of(ordered / (positiveCount * negativesBelow), positiveCount, negativesBelow);
  }

  private static Auc of(double area, double positives, double negatives) {
    double twoPositivesAbove = area / (2 - area);
    double twoNegativesBelow = 2 * area * area / (1 + area);
    double variance =
        (area * (1 - area)
                + (positives - 1) * (twoPositivesAbove - area * area)
                + (negatives - 1) * (twoNegativesBelow - area * area))
            / (positives * negatives);
    return new Auc(area, Math.sqrt(Math.max(0, variance)));
  }

  public boolean isKnown() {
    return !Double.isNaN(value);
  }
}
