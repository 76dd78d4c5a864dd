package io.penstock.registry.design;

import io.penstock.registry.design.DesignMetric.Method;
import io.penstock.registry.statistics.Sample;
import io.penstock.registry.statistics.Share;
import java.util.List;
import java.util.Optional;

/// One metric over the finished runs of one variant.
///
/// @param n runs that count
/// @param left runs that do not, because a value is missing or not finite
/// @param estimate empty where no run counts
record Scores(DesignMetric metric, int n, int left, Optional<Estimate> estimate) {

  static Scores of(DesignMetric metric, List<ScoredRun> runs) {
    return metric.method() == Method.WILSON ? ofShares(metric, runs) : ofMeans(metric, runs);
  }

  private static Scores ofMeans(DesignMetric metric, List<ScoredRun> runs) {
    var values = runs.stream().flatMap(run -> value(run, metric.key()).stream()).toList();
    Optional<Estimate> estimate =
        values.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Estimate.OfMean(Sample.of(values), metric.method() == Method.BOOTSTRAP));
    return new Scores(metric, values.size(), runs.size() - values.size(), estimate);
  }

  private static Scores ofShares(DesignMetric metric, List<ScoredRun> runs) {
    var shares = runs.stream().flatMap(run -> share(run, metric).stream()).toList();
    return new Scores(
        metric,
        shares.size(),
        runs.size() - shares.size(),
        shares.stream().reduce(Share::plus).map(Estimate.OfShare::new));
  }

  private static Optional<Share> share(ScoredRun run, DesignMetric metric) {
    var share = value(run, metric.key()).filter(value -> value >= 0 && value <= 1);
    var trials = value(run, metric.trialsKey()).filter(count -> count > 0);
    return share.flatMap(value -> trials.map(count -> new Share(value * count, count)));
  }

  private static Optional<Double> value(ScoredRun run, String key) {
    var values = run.values().getOrDefault(key, List.of());
    return values.isEmpty() || !values.stream().allMatch(Double::isFinite)
        ? Optional.empty()
        : Optional.of(Sample.of(values).mean()).filter(Double::isFinite);
  }
}
