package io.penstock.registry.search.statement;

import io.penstock.registry.search.filter.Field;
import io.penstock.registry.search.filter.Kind;
import java.util.Map;
import java.util.Objects;

/// How a collection lies in the database.
///
/// @param table its table
/// @param id what entries know its rows by
/// @param columns the column of each attribute, by the name it has in filters
/// @param entries what hangs on the rows, by kind
/// @param leads the same entries by kind, as far as an index (key, value, owner) holds them all
public record Shape(
    String table,
    String id,
    Map<String, Column> columns,
    Map<Kind, Entries> entries,
    Map<Kind, Entries> leads) {

  /// A column of an attribute.
  ///
  /// @param nullable whether some rows have no value
  public record Column(String expression, SortColumn.Type type, boolean nullable) {

    public static Column text(String expression) {
      return new Column(expression, SortColumn.Type.TEXT, false);
    }

    public static Column number(String expression) {
      return new Column(expression, SortColumn.Type.NUMBER, false);
    }

    public static Column time(String expression) {
      return new Column(expression, SortColumn.Type.TIME, false);
    }

    public Column orNull() {
      return new Column(expression, type, true);
    }
  }

  /// The same with its rows taken from elsewhere, under the name of its table.
  public Shape from(String rows) {
    return new Shape(rows + " as " + table, id, columns, entries, leads);
  }

  Column column(Field field) {
    return Objects.requireNonNull(columns.get(field.key()));
  }

  public Entries lead(Kind kind) {
    return Objects.requireNonNull(leads.get(kind));
  }

  Entries entries(Kind kind) {
    return Objects.requireNonNull(entries.get(kind));
  }
}
