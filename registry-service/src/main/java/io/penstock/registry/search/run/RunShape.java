package io.penstock.registry.search.run;

import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.statement.Entries;
import io.penstock.registry.search.statement.Shape;
import io.penstock.registry.search.statement.Shape.Column;
import io.penstock.registry.search.statement.SortColumn;
import io.penstock.registry.search.statement.Sql;
import java.util.List;
import java.util.Map;

/// How runs lie in the database.
final class RunShape {

  static final SortColumn START = SortColumn.number("run.start_ms", false);
  static final SortColumn ID = SortColumn.text("run.run_id", true);

  private static final String NUMBER_OF_KEY =
      "%1$s.key = (select id from metric_key where key = %2$s)";

  private static final String DATASETS =
      """
      (select used.run, used.context, noted.name, noted.digest
       from run_noted_dataset used join noted_dataset noted on noted.id = used.dataset)""";

  // Runs that still log are in no index of values.
  private static final Entries METRICS_BY_VALUE =
      new Entries(
          """
          (select run, key, value from settled_metric
           union all
           select latest.run, latest.key, latest.value
           from run unsettled join run_metric latest on latest.run = unsettled.id
           where not unsettled.settled)""",
          List.of("run"),
          NUMBER_OF_KEY,
          "");

  private static final Map<String, Column> COLUMNS =
      Map.of(
          "run_id", Column.text(ID.expression()),
          "run_name", Column.text("run.display_name collate \"C\""),
          "status", Column.text("run.status collate \"C\""),
          "artifact_uri", Column.text("run.artifact_uri collate \"C\""),
          "user_id", Column.text("run.user_id collate \"C\""),
          "start_time", Column.number(START.expression()),
          "end_time", Column.number("run.end_ms").orNull());

  private static final Map<Kind, Entries> ENTRIES =
      Map.of(
          Kind.METRIC, new Entries("run_metric", List.of("run"), NUMBER_OF_KEY, ""),
          Kind.PARAMETER, Entries.of("run_param", "run"),
          Kind.TAG, Entries.of("run_tag", "run"),
          Kind.DATASET, Entries.of(DATASETS, "run"));

  private static final Map<Kind, Entries> LEADS =
      Map.of(
          Kind.METRIC, METRICS_BY_VALUE,
          Kind.PARAMETER, indexed("run_param"),
          Kind.TAG, indexed("run_tag"));

  /// Runs by themselves.
  static final Shape RUNS = new Shape("run", "run.id", COLUMNS, ENTRIES, LEADS);

  /// Runs by the values of one metric, which is to be named by a condition on [#MEASURED].
  static final Shape MEASURED_RUNS =
      new Shape(
          METRICS_BY_VALUE.table() + " as measured join run on run.id = measured.run",
          "measured.run",
          COLUMNS,
          ENTRIES,
          LEADS);

  private RunShape() {}

  private static Entries indexed(String table) {
    var few = "(select * from %s where octet_length(value) <= %d)";
    return Entries.of(few.formatted(table, Leads.MOST_BYTES), "run");
  }

  /// How many values of a metric there are, for a planner to guess.
  static String values(Sql sql, String metric) {
    return "select from %s as measured where %s"
        .formatted(METRICS_BY_VALUE.table(), isMeasured(sql, metric));
  }

  /// The condition that a value of [#MEASURED_RUNS] is a number of this metric.
  static String isMeasured(Sql sql, String metric) {
    return METRICS_BY_VALUE.key("measured", sql.bind(metric)) + " and measured.value < 'NaN'";
  }
}
