package io.penstock.feature;

import io.penstock.kit.failure.InvalidArguments;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Which page of a listing is wanted: so many items after a key.
///
/// @param after the last key of the page before; empty for the first page
public record PageRequest(int size, String after) {

  private static final int DEFAULT_SIZE = 100;
  private static final int LARGEST_SIZE = 1000;

  /// Reads `page_size` (0 for the default, cut to the largest) and `page_token`.
  public static PageRequest of(int pageSize, String pageToken) {
    if (pageSize < 0) {
      throw InvalidArguments.of("page_size", "was " + pageSize + ", expected 0 or more");
    }
    int size = pageSize == 0 ? DEFAULT_SIZE : Math.min(pageSize, LARGEST_SIZE);
    return new PageRequest(size, key(pageToken));
  }

  /// The key as a number, where the listing is ordered by one.
  public long afterNumber() {
    try {
      return after.isEmpty() ? 0 : Long.parseLong(after);
    } catch (NumberFormatException e) {
      throw foreignToken();
    }
  }

  /// One more than the page holds, to see whether there are more.
  public int fetchSize() {
    return size + 1;
  }

  private static String key(String pageToken) {
    try {
      String key = new String(Base64.getUrlDecoder().decode(pageToken), StandardCharsets.UTF_8);
      if (key.indexOf('\0') >= 0) {
        throw foreignToken();
      }
      return key;
    } catch (IllegalArgumentException e) {
      throw foreignToken();
    }
  }

  private static RuntimeException foreignToken() {
    return InvalidArguments.of("page_token", "is none of ours, expected a next_page_token");
  }
}
