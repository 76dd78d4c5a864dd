package io.penstock.registry.design;

import io.penstock.registry.experiment.Run;
import io.penstock.registry.statistics.Interval;
import io.penstock.registry.statistics.Intervals;
import io.penstock.registry.statistics.Sample;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Runs side by side.
///
/// @param params those that are not the same in all runs
/// @param sameInputs whether all say that they read the same data
record RunComparison(
    List<String> names, List<ParamRow> params, boolean sameInputs, List<MetricRow> metrics) {

  private static final double CONFIDENCE = 0.95;

  /// @param values one for each run
  record ParamRow(String key, List<Optional<String>> values) {}

  /// @param cells one for each run
  record MetricRow(String key, List<Cell> cells) {}

  /// @param n values; 0 where the run has no such metric, or one that is not finite
  /// @param difference from the first run
  /// @param overlap with the interval of the first run, where both have one
  record Cell(
      int n,
      double mean,
      Optional<Interval> interval,
      double difference,
      Optional<Boolean> overlap) {

    private static final Cell EMPTY = new Cell(0, 0, Optional.empty(), 0, Optional.empty());

    static Cell of(List<Double> values) {
      if (values.isEmpty() || !values.stream().allMatch(Double::isFinite)) {
        return EMPTY;
      }
      var sample = Sample.of(values);
      return new Cell(
          sample.size(), sample.mean(), Intervals.ofMean(sample, CONFIDENCE), 0, Optional.empty());
    }

    Cell against(Cell first) {
      return n == 0 || first.n == 0
          ? this
          : new Cell(
              n,
              mean,
              interval,
              mean - first.mean,
              first.interval.flatMap(other -> interval.map(other::overlaps)));
    }
  }

  RunComparison {
    names = List.copyOf(names);
    params = List.copyOf(params);
    metrics = List.copyOf(metrics);
  }

  /// @param values of each run, by its id and the metric's key
  static RunComparison of(List<Run> runs, Map<String, Map<String, List<Double>>> values) {
    return new RunComparison(
        runs.stream().map(run -> run.name().toString()).toList(),
        params(runs),
        sameInputs(runs),
        metrics(runs, values));
  }

  // Who says nothing of its data may have read any.
  private static boolean sameInputs(List<Run> runs) {
    var read = runs.stream().map(RunComparison::inputs).distinct().toList();
    return read.size() == 1 && !read.getFirst().isEmpty();
  }

  private static Set<Object> inputs(Run run) {
    var read = new HashSet<Object>(run.inputs());
    run.links()
        .datasets()
        .forEach(input -> read.add(List.of(input.dataset().name(), input.dataset().digest())));
    return read;
  }

  private static List<ParamRow> params(List<Run> runs) {
    var keys = new TreeSet<String>();
    runs.forEach(run -> keys.addAll(run.params().keySet()));
    return keys.stream()
        .map(
            key ->
                new ParamRow(
                    key,
                    runs.stream().map(run -> Optional.ofNullable(run.params().get(key))).toList()))
        .filter(row -> row.values().stream().distinct().count() > 1)
        .toList();
  }

  private static List<MetricRow> metrics(
      List<Run> runs, Map<String, Map<String, List<Double>>> values) {
    var keys = new TreeSet<String>();
    values.values().forEach(metrics -> keys.addAll(metrics.keySet()));
    return keys.stream().map(key -> new MetricRow(key, cells(key, runs, values))).toList();
  }

  private static List<Cell> cells(
      String key, List<Run> runs, Map<String, Map<String, List<Double>>> values) {
    var cells =
        runs.stream()
            .map(run -> values.getOrDefault(run.name().run(), Map.of()))
            .map(metrics -> Cell.of(metrics.getOrDefault(key, List.of())))
            .toList();
    return cells.stream().map(cell -> cell.against(cells.getFirst())).toList();
  }
}
