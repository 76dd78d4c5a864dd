package io.penstock.registry.search;

import java.util.List;

/// What a caller wants to find.
///
/// @param filter empty for everything
/// @param orderBy empty for the collection's own order
/// @param maxResults rows of a page; 0 or less is refused
/// @param pageToken empty for the first page
public record SearchRequest(
    String filter, List<String> orderBy, long maxResults, String pageToken) {

  public SearchRequest {
    orderBy = List.copyOf(orderBy);
  }

  /// What a page token is bound to.
  public String identity() {
    return filter + "\0" + String.join("\0", orderBy);
  }
}
