package io.penstock.monitoring.window;

import java.util.Collection;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;

/// One property of many rows as an SQL array, for statements that write sets of rows through
/// `unnest`.
public final class ArrayColumn {

  private ArrayColumn() {}

  /// @param type the PostgreSQL type of an element: `uuid`, `int8`, `bytea`
  public static <T> Argument of(String type, Collection<T> rows, Function<T, Object> value) {
    Object[] values = rows.stream().map(value).toArray();
    return (position, statement, _) ->
        statement.setArray(position, statement.getConnection().createArrayOf(type, values));
  }
}
