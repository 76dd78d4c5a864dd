package io.penstock.kit.page;

import io.penstock.kit.failure.InvalidArguments;

/// How many rows a page of a list holds.
///
/// @param usual where the caller does not say
/// @param largest whatever the caller says
public record PageLimits(int usual, int largest) {

  public PageLimits {
    if (usual < 1 || largest < usual) {
      throw new IllegalArgumentException(
          "were %d and %d, expected 1 or more and no less than that".formatted(usual, largest));
    }
  }

  /// Reads the two fields that every list request has.
  ///
  /// @param list what is listed, its filters included: a token of another is refused
  public PageRequest request(String list, int pageSize, String pageToken) {
    return new PageRequest(list, size(pageSize), PageToken.read(list, pageToken));
  }

  private int size(int asked) {
    if (asked < 0) {
      throw InvalidArguments.of("page_size", "was %d, expected 0 to %d".formatted(asked, largest));
    }
    return asked == 0 ? usual : Math.min(asked, largest);
  }
}
