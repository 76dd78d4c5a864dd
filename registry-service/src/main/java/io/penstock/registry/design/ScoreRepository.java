package io.penstock.registry.design;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What runs reached, from the tables of runs and their metrics.
final class ScoreRepository {

  /// More than anybody looks at, and less than what would fill the memory.
  static final int MOST_RUNS = 10_000;

  // Of one metric of one run.
  private static final int MOST_REPEATS = 10_000;

  private record Row(String run, String variant, String split) {}

  private record Value(String run, String key, double value) {}

  private ScoreRepository() {}

  static List<ScoredRun> finished(Handle handle, ExperimentDesign design) {
    var rows = rows(handle, design);
    var values =
        values(handle, rows.stream().map(Row::run).toList(), Optional.of(design.metricKeys()));
    return rows.stream()
        .map(
            row ->
                new ScoredRun(
                    row.run(),
                    row.variant(),
                    row.split(),
                    values.getOrDefault(row.run(), Map.of())))
        .toList();
  }

  private static List<Row> rows(Handle handle, ExperimentDesign design) {
    return handle
        .createQuery(
            """
            select run.run_id, variant.value, coalesce(split.value, '')
            from run
            join run_tag variant on variant.run = run.id and variant.key = 'penstock.variant'
            left join run_tag split on split.run = run.id and split.key = 'penstock.split'
            where run.experiment = :experiment and run.lifecycle_stage = 'active'
              and run.status = 'FINISHED' and variant.value = any(:variants)
            order by run.id limit :most""")
        .bind("experiment", design.experiment())
        .bindArray("variants", String.class, design.variantNames())
        .bind("most", MOST_RUNS)
        .map((row, _) -> new Row(row.getString(1), row.getString(2), row.getString(3)))
        .list();
  }

  /// The values of runs by their ids and the keys of metrics.
  ///
  /// @param keys those wanted; empty for all
  static Map<String, Map<String, List<Double>>> values(
      Handle handle, Collection<String> runs, Optional<List<String>> keys) {
    return handle
        .createQuery(
            """
            select run.run_id, metric_key.key, coalesce(point.value, latest.value)
            from run
            join run_metric latest on latest.run = run.id
            join metric_key on metric_key.id = latest.key
            left join run_tag repeats on repeats.run = run.id and repeats.key = 'penstock.repeats'
            left join lateral (
              select value from metric_point
              where (run, key, step) = (latest.run, latest.key, latest.step)
              limit :most) point on repeats.run is not null
            where run.run_id = any(:runs) and (:all or metric_key.key = any(:keys))""")
        .bindArray("runs", String.class, runs)
        .bind("all", keys.isEmpty())
        .bind("most", MOST_REPEATS)
        .bindArray("keys", String.class, keys.orElse(List.of()))
        .map((row, _) -> new Value(row.getString(1), row.getString(2), row.getDouble(3)))
        .collect(groupingBy(Value::run, groupingBy(Value::key, mapping(Value::value, toList()))));
  }

  /// Runs of the variants that have finished by now.
  static int count(Handle handle, ExperimentDesign design) {
    return handle
        .createQuery(
            """
            select count(*) from run
            join run_tag variant on variant.run = run.id and variant.key = 'penstock.variant'
            where run.experiment = :experiment and run.lifecycle_stage = 'active'
              and run.status = 'FINISHED' and variant.value = any(:variants)""")
        .bind("experiment", design.experiment())
        .bindArray("variants", String.class, design.variantNames())
        .mapTo(int.class)
        .one();
  }
}
