package io.penstock.monitoring;

import io.penstock.kit.failure.InvalidArguments;
import java.nio.ByteBuffer;
import java.util.Base64;

/// Where a page of rows, newest first, begins: below this sequence number. Opaque to callers.
public record PageToken(long before) {

  private static final int DEFAULT_PAGE = 50;
  private static final int LARGEST_PAGE = 500;

  /// Reads the token of a request; an empty one begins with the newest.
  public static PageToken parse(String token) {
    if (token.isEmpty()) {
      return new PageToken(Long.MAX_VALUE);
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      if (bytes.remaining() == Long.BYTES) {
        return new PageToken(bytes.getLong());
      }
    } catch (IllegalArgumentException _) {
      // Not base64url: answered like any other token that we never gave.
    }
    throw InvalidArguments.of(
        "page_token", "was not a token of an earlier page, expected next_page_token of it");
  }

  @Override
  public String toString() {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(before).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// Rows that a page holds at most: what was asked for, within limits.
  public static int size(int asked) {
    if (asked < 0) {
      throw InvalidArguments.of(
          "page_size", "was %d, expected 0 to %d".formatted(asked, LARGEST_PAGE));
    }
    return asked == 0 ? DEFAULT_PAGE : Math.min(asked, LARGEST_PAGE);
  }
}
