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
    // The driver knows the element type of a bytea array only from the array itself.
    Object[] values =
        rows.stream()
            .map(value)
            .toArray(size -> type.equals("bytea") ? new byte[size][] : new Object[size]);
    return (position, statement, _) ->
        statement.setArray(position, statement.getConnection().createArrayOf(type, values));
  }
}
