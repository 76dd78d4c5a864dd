package io.penstock.kit.page;

import java.util.List;
import java.util.function.Function;

/// One page of a list.
///
/// @param nextToken opaque to callers; empty on the last page
public record Page<T>(List<T> rows, String nextToken) {

  public Page {
    rows = List.copyOf(rows);
  }

  /// The same page of what each row stands for.
  public <R> Page<R> map(Function<T, R> reading) {
    return new Page<>(rows.stream().map(reading).toList(), nextToken);
  }
}
