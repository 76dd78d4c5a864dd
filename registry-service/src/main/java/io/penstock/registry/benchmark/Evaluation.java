package io.penstock.registry.benchmark;

import io.penstock.registry.benchmark.Result.Comparison;
import io.penstock.registry.benchmark.SuiteMetric.Baseline;
import io.penstock.registry.statistics.Interval;
import io.penstock.registry.statistics.Intervals;
import io.penstock.registry.statistics.Resampling;
import io.penstock.registry.statistics.Share;
import io.penstock.registry.statistics.WeightedStatistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Computes the metrics of a suite from the truth and predictions. The same numbers give the same
/// results to the last bit.
final class Evaluation {

  private static final double CONFIDENCE = 0.95;
  private static final long SEED = 20_010_901;

  private final double[] labels;
  private final double[] predictions;
  private final Rival rival;
  private final int[] once;

  Evaluation(double[] labels, double[] predictions, Rival rival) {
    this.labels = labels.clone();
    this.predictions = predictions.clone();
    this.rival = rival;
    this.once = new int[labels.length];
    Arrays.fill(once, 1);
  }

  // One series of draws for all statistics: drawing costs more than computing most of them.
  List<Result> results(List<SuiteMetric> metrics) {
    var statistics = new ArrayList<WeightedStatistic>();
    for (var metric : metrics) {
      var statistic = statistic(metric);
      statistics.add(statistic);
      statistics.add(rivalStatistic(metric).map(statistic::minus).orElse(statistic));
    }
    var intervals = Resampling.intervals(labels.length, statistics, CONFIDENCE, SEED);
    var results = new ArrayList<Result>();
    for (int i = 0; i < metrics.size(); i++) {
      results.add(result(metrics.get(i), intervals.get(2 * i), intervals.get(2 * i + 1)));
    }
    return results;
  }

  private Result result(
      SuiteMetric metric, Optional<Interval> drawn, Optional<Interval> difference) {
    double value = statistic(metric).of(once);
    var interval = metric.measure() == Measure.ACCURACY ? wilson(value) : drawn;
    var comparison = compare(metric, value, interval, difference);
    boolean meets =
        comparison
            .map(it -> metric.measure().isNoWorse(value, it.value()))
            .orElse(!isUnmeasured(metric));
    return new Result(metric.measure(), value, interval, labels.length, comparison, meets);
  }

  private Optional<Interval> wilson(double share) {
    return Intervals.ofShare(new Share(share * labels.length, labels.length), CONFIDENCE);
  }

  private Optional<Comparison> compare(
      SuiteMetric metric,
      double value,
      Optional<Interval> interval,
      Optional<Interval> difference) {
    return switch (metric.baseline()) {
      case Baseline.None() -> Optional.empty();
      case Baseline.Fixed(var fixed) ->
          Optional.of(
              new Comparison(
                  Optional.empty(),
                  fixed,
                  value - fixed,
                  interval.map(it -> new Interval(it.lower() - fixed, it.upper() - fixed))));
      case Baseline.Production() ->
          rivalStatistic(metric)
              .map(it -> it.of(once))
              .map(other -> new Comparison(rival.version(), other, value - other, difference));
    };
  }

  // What is in production and was never measured is no baseline that anyone has met.
  private boolean isUnmeasured(SuiteMetric metric) {
    return metric.baseline() instanceof Baseline.Production
        && rival.version().isPresent()
        && rival.predictions().isEmpty();
  }

  private WeightedStatistic statistic(SuiteMetric metric) {
    return metric.measure().statistic(labels, predictions);
  }

  private Optional<WeightedStatistic> rivalStatistic(SuiteMetric metric) {
    Predicate<double[]> asked = _ -> metric.baseline() instanceof Baseline.Production;
    return rival
        .predictions()
        .filter(asked)
        .map(others -> metric.measure().statistic(labels, others));
  }
}
