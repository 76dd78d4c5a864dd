package io.penstock.registry.loggedmodel;

import static java.util.stream.Collectors.groupingBy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/// What runs measured on logged models. The points lie in the run's history too: here they are kept
/// by model, so that reading a model never searches the histories of runs.
public final class LoggedModelMetrics {

  /// Nobody reads more of one model; its runs have them all.
  private static final int MOST = 10_000;

  private LoggedModelMetrics() {}

  /// Notes the points of a run that name a model. A point that is there already is not added again,
  /// one of a model that is not there is none of ours.
  ///
  /// @param run the number of the run's row
  public static void add(Handle handle, long run, List<ModelMetric> points) {
    if (points.isEmpty()) {
      return;
    }
    bind(
            handle.createUpdate(
                """
                insert into logged_model_metric
                  (model, key, run, step, time_ms, value, dataset_name, dataset_digest)
                select model, key, :run, step, time_ms, value, dataset_name, dataset_digest
                from unnest(:models, :keys, :steps, :times, :values, :names, :digests)
                  as point (model, key, step, time_ms, value, dataset_name, dataset_digest)
                where exists (select 1 from logged_model where id = point.model)
                order by 1, 2, 4, 5, 6
                on conflict do nothing"""),
            points)
        .bind("run", run)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, List<ModelMetric> points) {
    return statement
        .bindArray("models", String.class, each(points, ModelMetric::model))
        .bindArray("keys", String.class, each(points, ModelMetric::key))
        .bindArray("steps", Long.class, each(points, ModelMetric::step))
        .bindArray("times", Long.class, each(points, ModelMetric::timeMs))
        .bindArray("values", Double.class, each(points, ModelMetric::value))
        .bindArray("names", String.class, each(points, ModelMetric::datasetName))
        .bindArray("digests", String.class, each(points, ModelMetric::datasetDigest));
  }

  private static <T> List<T> each(List<ModelMetric> points, Function<ModelMetric, T> part) {
    return points.stream().map(part).toList();
  }

  static Map<String, List<ModelMetric>> of(Handle handle, Collection<String> models) {
    return handle
        .createQuery(
            """
            select metric.*, run.run_id from unnest(:models) as wanted (model)
            cross join lateral (
              select * from logged_model_metric
              where model = wanted.model
              order by key, step, time_ms, run, value
              limit :most) metric
            join run on run.id = metric.run
            order by metric.model, metric.key, metric.step, metric.time_ms, metric.run""")
        .bindArray("models", String.class, models)
        .bind("most", MOST)
        .map((row, _) -> read(row))
        .collect(groupingBy(ModelMetric::model));
  }

  private static ModelMetric read(ResultSet row) throws SQLException {
    return new ModelMetric(
        row.getString("model"),
        row.getString("key"),
        row.getDouble("value"),
        row.getLong("step"),
        row.getLong("time_ms"),
        row.getString("run_id"),
        row.getString("dataset_name"),
        row.getString("dataset_digest"));
  }
}
