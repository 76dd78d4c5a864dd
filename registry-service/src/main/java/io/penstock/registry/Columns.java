package io.penstock.registry;

import java.util.Collection;
import org.jdbi.v3.core.argument.Argument;

/// Columns as arguments for `unnest`. The driver sends these arrays in binary: numbers are neither
/// boxed nor printed, and no text is quoted.
public final class Columns {

  private Columns() {}

  public static Argument of(long[] column) {
    return (position, statement, _) -> statement.setObject(position, column);
  }

  public static Argument of(int[] column) {
    return (position, statement, _) -> statement.setObject(position, column);
  }

  public static Argument of(double[] column) {
    return (position, statement, _) -> statement.setObject(position, column);
  }

  public static Argument of(Collection<String> column) {
    var texts = column.toArray(String[]::new);
    return (position, statement, _) -> statement.setObject(position, texts);
  }
}
