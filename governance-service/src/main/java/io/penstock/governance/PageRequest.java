package io.penstock.governance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

/// Which page of a list is wanted: how many, and after which place. The token is opaque to callers
/// and good for one query only.
///
/// @param size entries of the page at most
/// @param after the sort key of the last entry of the page before; empty for the first page
public record PageRequest(int size, Optional<List<String>> after, String query) {

  private static final int DEFAULT_SIZE = 50;
  private static final int LARGEST_SIZE = 1000;
  private static final String SEPARATOR = "\u001f";

  /// Reads the fields that every list request has.
  ///
  /// @param query everything else of the request: a token of another query is refused
  /// @param parts how many parts the sort key has
  public static PageRequest of(int pageSize, String pageToken, String query, int parts) {
    if (pageSize < 0) {
      throw InvalidArguments.of("page_size", "was %d, expected 0 or more".formatted(pageSize));
    }
    int size = pageSize == 0 ? DEFAULT_SIZE : Math.min(pageSize, LARGEST_SIZE);
    var after =
        pageToken.isEmpty()
            ? Optional.<List<String>>empty()
            : Optional.of(position(pageToken, query, parts));
    return new PageRequest(size, after, query);
  }

  /// The token of the page that begins after this place.
  public String tokenAfter(Object... place) {
    var text = new StringBuilder(fingerprint(query));
    for (Object part : place) {
      text.append(SEPARATOR).append(part);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.toString().getBytes(UTF_8));
  }

  /// The place as the given kind of key, naming the field where it is none.
  public <T> Optional<T> after(Function<List<String>, T> read) {
    try {
      return after.map(read);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw invalid("is damaged, expected a token exactly as it was given");
    }
  }

  private static List<String> position(String token, String query, int parts) {
    List<String> read = decode(token);
    if (read.size() != parts + 1) {
      throw invalid("is damaged, expected a token exactly as it was given");
    }
    if (!read.getFirst().equals(fingerprint(query))) {
      throw invalid("belongs to another query, expected the same filters as on the first page");
    }
    return read.subList(1, read.size());
  }

  private static List<String> decode(String token) {
    try {
      return List.of(new String(Base64.getUrlDecoder().decode(token), UTF_8).split(SEPARATOR, -1));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static String fingerprint(String query) {
    var crc = new CRC32C();
    crc.update(query.getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private static FailureException invalid(String problem) {
    return InvalidArguments.of("page_token", problem);
  }
}
