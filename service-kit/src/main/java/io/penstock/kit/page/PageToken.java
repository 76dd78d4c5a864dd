package io.penstock.kit.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/// The text between two pages: a fingerprint of the list, and the key of the last row seen.
final class PageToken {

  // PostgreSQL's text cannot hold it, so no part of a key does, and none that is read back either.
  private static final String SEPARATOR = "\0";

  private PageToken() {}

  static String write(String list, List<?> key) {
    var text = new StringBuilder(fingerprint(list));
    key.forEach(part -> text.append(SEPARATOR).append(part));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.toString().getBytes(UTF_8));
  }

  /// The parts of the key; none where there is no token.
  static List<String> read(String list, String token) {
    if (token.isEmpty()) {
      return List.of();
    }
    var parts = List.of(decode(token).split(SEPARATOR, -1));
    if (parts.size() < 2) {
      throw unknown();
    }
    if (!parts.getFirst().equals(fingerprint(list))) {
      throw invalid("belongs to another list, expected the same list and filters as before");
    }
    return parts.subList(1, parts.size());
  }

  static FailureException unknown() {
    return invalid("is not a token of this list, expected next_page_token of the page before");
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), UTF_8);
    } catch (IllegalArgumentException _) {
      throw unknown();
    }
  }

  // Guards against mistakes, not against forgery: a token says nothing that a caller may not know.
  private static String fingerprint(String list) {
    var crc = new CRC32C();
    crc.update(list.getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private static FailureException invalid(String problem) {
    return InvalidArguments.of("page_token", problem);
  }
}
