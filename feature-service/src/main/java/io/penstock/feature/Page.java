package io.penstock.feature;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// One page of a listing.
///
/// @param nextToken opaque; empty on the last page
public record Page<T>(List<T> items, String nextToken) {

  public Page {
    items = List.copyOf(items);
  }

  /// Cuts a page from what was fetched for it, which is one item more than fits where there are
  /// more.
  public static <T> Page<T> of(List<T> fetched, PageRequest request, Function<T, String> keyOf) {
    if (fetched.size() <= request.size()) {
      return new Page<>(fetched, "");
    }
    List<T> items = fetched.subList(0, request.size());
    return new Page<>(items, token(keyOf.apply(items.getLast())));
  }

  private static String token(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
