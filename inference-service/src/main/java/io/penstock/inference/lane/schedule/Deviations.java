package io.penstock.inference.lane.schedule;

/// How far runs were off from what was expected of them, as a ratio, with a memory that fades:
/// after 512 runs an old one counts a third of a new one. A histogram whose steps are 9 % wide.
final class Deviations {

  private static final int STEPS_A_DOUBLING = 8;
  private static final int DOUBLINGS_BELOW = 2;
  private static final int BINS = 8 * STEPS_A_DOUBLING;
  private static final double GROWTH = 1 + 1.0 / 512;
  private static final double TOO_LARGE = 1e12;

  // Beyond this a run was not slow but stopped by something else.
  private static final double WORST = 16;

  private final double[] weights = new double[BINS];
  private double total;
  private double sum;
  private double weight = 1;

  Deviations() {
    // Before there is evidence: eight runs as expected, and now and then one that takes half again.
    put(1, 8);
    put(1.5, 0.3);
  }

  void add(double ratio) {
    weight *= GROWTH;
    put(ratio, weight);
    if (weight > TOO_LARGE) {
      scaleDown();
    }
  }

  private void put(double ratio, double amount) {
    weights[binOf(ratio)] += amount;
    total += amount;
    sum += amount * Math.min(ratio, WORST);
  }

  private void scaleDown() {
    for (int i = 0; i < BINS; i++) {
      weights[i] /= weight;
    }
    total /= weight;
    sum /= weight;
    weight = 1;
  }

  private static int binOf(double ratio) {
    double doublings = Math.log(Math.max(ratio, 1e-9)) / Math.log(2) + DOUBLINGS_BELOW;
    return Math.clamp((int) Math.floor(doublings * STEPS_A_DOUBLING), 0, BINS - 1);
  }

  /// How much longer than expected a run takes on average.
  double mean() {
    return sum / total;
  }

  /// What so large a part of the runs does not exceed.
  double quantile(double part) {
    double left = (1 - part) * total;
    for (int i = BINS - 1; i > 0; i--) {
      if (weights[i] > left) {
        return edge(i + 1 - left / weights[i]);
      }
      left -= weights[i];
    }
    return edge(0);
  }

  private static double edge(double bin) {
    return Math.pow(2, bin / STEPS_A_DOUBLING - DOUBLINGS_BELOW);
  }
}
