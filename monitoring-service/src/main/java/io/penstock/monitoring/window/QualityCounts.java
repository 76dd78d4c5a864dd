package io.penstock.monitoring.window;

/// Scores of rows whose label is known, in a thousand bins of the probability, positives and
/// negatives apart. A label that was corrected is taken back and counted anew. Not thread-safe.
public final class QualityCounts {

  static final int BINS = 1000;
  private static final double THRESHOLD = 0.5;

  private long labels;
  private long correct;
  private double squaredError;
  private double rewards;
  private final long[] positives = new long[BINS];
  private final long[] negatives = new long[BINS];

  /// Counts a labelled row. Labels other than 0 and 1, and scores that are no probability, count as
  /// labels only: what they would say about a ranking is not defined here.
  public void label(double score, double label) {
    add(score, label, 1);
  }

  /// Takes a labelled row back.
  public void retract(double score, double label) {
    add(score, label, -1);
  }

  private void add(double score, double label, int times) {
    labels += times;
    rewards += times * Math.clamp(label, 0, 1);
    if ((label == 0 || label == 1) && score >= 0 && score <= 1) {
      (label == 1 ? positives : negatives)[bin(score)] += times;
      correct += (score >= THRESHOLD) == (label == 1) ? times : 0;
      squaredError += times * (score - label) * (score - label);
    }
  }

  private static int bin(double score) {
    return Math.min(BINS - 1, (int) (score * BINS));
  }

  /// Adds counts that were stored.
  void add(
      long moreLabels,
      long[] morePositives,
      long[] moreNegatives,
      long moreCorrect,
      double moreSquaredError,
      double moreRewards) {
    labels += moreLabels;
    correct += moreCorrect;
    squaredError += moreSquaredError;
    rewards += moreRewards;
    addTo(positives, morePositives);
    addTo(negatives, moreNegatives);
  }

  public void add(QualityCounts other) {
    add(
        other.labels,
        other.positives,
        other.negatives,
        other.correct,
        other.squaredError,
        other.rewards);
  }

  private static void addTo(long[] sums, long[] more) {
    for (int i = 0; i < Math.min(sums.length, more.length); i++) {
      sums[i] += more[i];
    }
  }

  public long labels() {
    return labels;
  }

  /// Sum of the labels, each taken as a reward between 0 and 1.
  public double rewards() {
    return rewards;
  }

  long correct() {
    return correct;
  }

  double squaredError() {
    return squaredError;
  }

  long[] positives() {
    return positives;
  }

  long[] negatives() {
    return negatives;
  }

  /// What the counts say about the model; NaN where they say nothing.
  public Quality quality() {
    long positive = sum(positives);
    long negative = sum(negatives);
    double judged = positive + negative;
    return new Quality(
        labels,
        positive / judged,
        Auc.of(positives, negatives),
        correct / judged,
        Math.max(0, squaredError) / judged);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
