package io.penstock.monitoring;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Some rows, newest first, and where the next page begins.
public record Page<T>(List<T> rows, Optional<PageToken> next) {

  /// A page of `size` rows from a list that was read one longer than that.
  public static <T> Page<T> of(List<T> oneMore, int size, ToLongFunction<T> sequence) {
    if (oneMore.size() <= size) {
      return new Page<>(oneMore, Optional.empty());
    }
    List<T> rows = oneMore.subList(0, size);
    return new Page<>(rows, Optional.of(new PageToken(sequence.applyAsLong(rows.getLast()))));
  }

  /// The token for the response; empty on the last page.
  public String nextToken() {
    return next.map(PageToken::toString).orElse("");
  }
}
