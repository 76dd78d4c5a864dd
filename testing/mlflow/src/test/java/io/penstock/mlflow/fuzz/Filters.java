package io.penstock.mlflow.fuzz;

import java.util.List;

/// Filters and orders of searches: sentences of the grammar with words out of place.
final class Filters {

  private static final List<String> NAMES =
      List.of(
          "metrics.loss",
          "metric.`a b`",
          "params.lr",
          "parameters.\"a'b\"",
          "tags.team",
          "tag.`mlflow.user`",
          "attributes.run_id",
          "attribute.start_time",
          "attr.status",
          "run.end_time",
          "dataset.name",
          "datasets.digest",
          "run_name",
          "`Run name`",
          "created",
          "name",
          "version_number",
          "source_path",
          "run_id",
          "creation_time",
          "creation_timestamp",
          "last_update_time",
          "last_updated_timestamp",
          "experiment_id",
          "model_id",
          "model_type",
          "unknown",
          "metrics.",
          ".x",
          "a.b.c");

  private static final List<String> OPERATORS =
      List.of(
          "=", "!=", ">", ">=", "<", "<=", "LIKE", "ILIKE", "IN", "NOT IN", "IS", "==", "<>", "~");

  private static final List<String> VALUES =
      List.of(
          "1",
          "-0.5",
          "1e400",
          "NaN",
          "99999999999999999999999",
          "0.0000000000000000001",
          "'x'",
          "\"x\"",
          "'%'",
          "'\\'",
          "'a''b'",
          "'\0'",
          "'",
          "''",
          "('a', 'b')",
          "()",
          "('a',)",
          "(1, 2)",
          "('a' 'b')",
          "null",
          "'" + "x".repeat(10_000) + "'",
          "'" + "%_".repeat(2_000) + "'");

  private static final List<String> WORDS =
      List.of("AND", "OR", "NOT", "(", ")", ",", ".", ";", "--", "/*", "and", "ASC", "DESC");

  private Filters() {}

  static String filter(Chance chance) {
    return switch (chance.below(12)) {
      case 0 -> "(".repeat(5_000) + comparison(chance) + ")".repeat(5_000);
      case 1 -> "NOT ".repeat(5_000) + comparison(chance);
      case 2 -> (comparison(chance) + " OR ").repeat(1 + chance.below(400)) + comparison(chance);
      case 3 -> "metrics.m IN (" + "'x',".repeat(5_000) + "'x')";
      case 4 -> chance.of(NAMES) + " IN (" + "'x',".repeat(2_000) + "'x')";
      case 5 -> words(chance);
      default -> clauses(chance);
    };
  }

  static String order(Chance chance) {
    return chance.of(NAMES) + chance.of(List.of("", " ASC", " desc", " DESC NULLS", ", x", " x y"));
  }

  private static String clauses(Chance chance) {
    var text = new StringBuilder(comparison(chance));
    for (int i = chance.below(6); i > 0; i--) {
      text.append(chance.oneIn(2) ? " AND " : " OR ").append(chance.oneIn(3) ? "NOT " : "");
      text.append(chance.oneIn(3) ? "(" + comparison(chance) + ")" : comparison(chance));
    }
    return text.toString();
  }

  private static String comparison(Chance chance) {
    return chance.of(NAMES) + " " + chance.of(OPERATORS) + " " + chance.of(VALUES);
  }

  private static String words(Chance chance) {
    var text = new StringBuilder();
    for (int i = chance.below(30); i >= 0; i--) {
      text.append(
              switch (chance.below(5)) {
                case 0 -> chance.of(NAMES);
                case 1 -> chance.of(OPERATORS);
                case 2 -> chance.of(VALUES);
                default -> chance.of(WORDS);
              })
          .append(chance.oneIn(4) ? "" : " ");
    }
    return text.toString();
  }
}
