package io.penstock.kit.page;

import java.util.List;
import java.util.function.Function;

/// Which page of a list is wanted. `PageLimits` makes it from what the caller sent.
public final class PageRequest {

  private final String list;
  private final int size;
  private final List<String> after;

  PageRequest(String list, int size, List<String> after) {
    this.list = list;
    this.size = size;
    this.after = after;
  }

  /// The key of the last row of the page before.
  ///
  /// @param first what stands before every row, for the first page
  public <K> K after(K first, Function<PageKey, K> reading) {
    return after.isEmpty() ? first : PageKey.read(after, reading);
  }

  /// Rows to fetch: one more than the page holds, which tells whether another page follows.
  public int fetchSize() {
    return size + 1;
  }

  /// Makes a page of the rows fetched.
  ///
  /// @param key the parts of a row's sort key, in the order in which `PageKey` reads them back
  public <T> Page<T> page(List<T> fetched, Function<T, List<?>> key) {
    if (fetched.size() <= size) {
      return new Page<>(fetched, "");
    }
    var rows = fetched.subList(0, size);
    return new Page<>(rows, PageToken.write(list, key.apply(rows.getLast())));
  }
}
