package io.penstock.registry.search.statement;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.registry.MlflowFailure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// The text between two pages: which search it belongs to, and the sort values of the last row
/// seen.
final class SearchToken {

  // No text of PostgreSQL holds it, so no part does.
  private static final String SEPARATOR = "\0";
  private static final int MOST_CHARACTERS = 100_000;

  private SearchToken() {}

  static String write(String search, List<String> lastRow) {
    var text = fingerprint(search) + SEPARATOR + String.join(SEPARATOR, lastRow);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /// The sort values in a token of this search; none where there is no token.
  static List<String> read(String search, int columns, String token) {
    if (token.isEmpty()) {
      return List.of();
    }
    var parts = List.of(decode(token).split(SEPARATOR, -1));
    if (parts.size() < 2) {
      throw unknown();
    }
    if (!parts.getFirst().equals(fingerprint(search))) {
      throw MlflowFailure.invalid(
          "Invalid page token, it belongs to a search with another filter, order or view");
    }
    if (parts.size() != columns + 1) {
      throw unknown();
    }
    return parts.subList(1, parts.size());
  }

  static RuntimeException unknown() {
    return MlflowFailure.invalid("Invalid page token, expected next_page_token of the page before");
  }

  private static String decode(String token) {
    if (token.length() > MOST_CHARACTERS) {
      throw unknown();
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), UTF_8);
    } catch (IllegalArgumentException _) {
      throw unknown();
    }
  }

  // Guards against mistakes, not against forgery: a token says nothing that a caller may not know.
  private static String fingerprint(String search) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(search.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
