package io.penstock.registry.design;

import io.penstock.registry.statistics.Interval;
import io.penstock.registry.statistics.Intervals;
import io.penstock.registry.statistics.Sample;
import io.penstock.registry.statistics.Share;
import java.util.Optional;

/// What the runs of a variant say about one metric.
sealed interface Estimate {

  /// The mean of a value for each run.
  record OfMean(Sample sample, boolean bootstrap) implements Estimate {

    // The interval of the same values is the same whenever it is asked for.
    private static final long SEED = 1;

    @Override
    public double value() {
      return sample.mean();
    }

    @Override
    public Optional<Interval> interval(double confidence) {
      return bootstrap
          ? Intervals.byBootstrap(sample, confidence, SEED)
          : Intervals.ofMean(sample, confidence);
    }

    @Override
    public Optional<Interval> differenceFrom(Estimate base, double confidence) {
      return base instanceof OfMean(var other, var _)
          ? bootstrap
              ? Intervals.byBootstrap(other, sample, confidence, SEED)
              : Intervals.ofDifference(other, sample, confidence)
          : Optional.empty();
    }
  }

  /// The share of successes among the trials of all runs.
  record OfShare(Share share) implements Estimate {
    @Override
    public double value() {
      return share.value();
    }

    @Override
    public Optional<Interval> interval(double confidence) {
      return Intervals.ofShare(share, confidence);
    }

    @Override
    public Optional<Interval> differenceFrom(Estimate base, double confidence) {
      return base instanceof OfShare(var other)
          ? Intervals.ofDifference(other, share, confidence)
          : Optional.empty();
    }
  }

  double value();

  Optional<Interval> interval(double confidence);

  /// Of this one's value minus the other's.
  Optional<Interval> differenceFrom(Estimate base, double confidence);
}
