package io.penstock.registry.search.statement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;

/// A column of the order of a search. It is never null: where a value can be missing another column
/// before it says so.
public record SortColumn(String expression, Type type, boolean ascending) {

  public enum Type {
    NUMBER,
    DECIMAL,
    TEXT,
    TIME
  }

  public static SortColumn number(String expression, boolean ascending) {
    return new SortColumn(expression, Type.NUMBER, ascending);
  }

  public static SortColumn text(String expression, boolean ascending) {
    return new SortColumn(expression, Type.TEXT, ascending);
  }

  public static SortColumn time(String expression, boolean ascending) {
    return new SortColumn(expression, Type.TIME, ascending);
  }

  public static SortColumn decimal(String expression, boolean ascending) {
    return new SortColumn(expression, Type.DECIMAL, ascending);
  }

  String direction() {
    return expression + (ascending ? " asc" : " desc");
  }

  /// What comes after a value in this order.
  String behind() {
    return ascending ? ">" : "<";
  }

  /// The value of a row as a page token keeps it.
  String read(ResultSet row, String label) throws SQLException {
    return switch (type) {
      case NUMBER -> Long.toString(row.getLong(label));
      case DECIMAL -> Double.toString(row.getDouble(label));
      case TEXT -> row.getString(label);
      case TIME -> row.getTimestamp(label).toInstant().toString();
    };
  }

  /// The place of a token's value in a statement.
  String bind(Sql sql, String part) {
    try {
      return switch (type) {
        case NUMBER -> sql.bind(Long.parseLong(part));
        case DECIMAL -> sql.bind(Double.parseDouble(part));
        case TEXT -> sql.bind(part);
        case TIME -> sql.bind(Instant.parse(part));
      };
    } catch (NumberFormatException | DateTimeException _) {
      throw SearchToken.unknown();
    }
  }
}
