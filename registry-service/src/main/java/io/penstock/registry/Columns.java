package io.penstock.registry;

import org.jdbi.v3.core.argument.Argument;

/// Columns of numbers as arguments for `unnest`. The driver sends arrays of primitives in binary,
/// neither boxed nor printed.
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
}
