package io.penstock.inference.lane.schedule;

/// How much later than forecast answers are, in all but one of a hundred batches: learned from what
/// came of the forecasts, whatever made them wrong. Each batch that was later than forecast and
/// margin moves it up by 99 small steps, each that was not down by one.
final class Margin {

  private static final double IN_TIME = 0.99;
  private static final double STEP = 0.25;
  private static final double MOST_BATCHES = 4;

  private double nanos;

  long nanos() {
    return (long) nanos;
  }

  /// @param late whether somebody in the batch was answered later than foreseen, margin included
  /// @param batch what such a batch takes
  void learn(boolean late, long batch) {
    double step = STEP * Math.max(1, batch);
    nanos =
        Math.clamp(
            nanos + (late ? step * IN_TIME : -step * (1 - IN_TIME)), 0, MOST_BATCHES * batch);
  }

  /// A request was refused: without this, a margin that refuses all would never hear that it is too
  /// large.
  void refused() {
    nanos *= 0.999;
  }
}
