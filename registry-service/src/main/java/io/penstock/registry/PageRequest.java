package io.penstock.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kit.failure.InvalidArguments;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// Which page of a listing is wanted. Pages are cut by key: the token holds the key of the last row
/// seen, so a page costs the same however far it lies, and rows that come or go meanwhile shift
/// nothing.
///
/// @param listing what is listed; a token of one listing is refused by another
/// @param after the key of the last row of the page before; empty for the first page
public record PageRequest(String listing, int size, List<String> after) {

  public PageRequest {
    after = List.copyOf(after);
  }

  private static final int DEFAULT_SIZE = 100;
  private static final int LARGEST_SIZE = 1000;
  private static final String SEPARATOR = "\n";

  public static PageRequest of(String name, int pageSize, String pageToken) {
    var listing = name.replace(SEPARATOR, " ");
    if (pageSize < 0) {
      throw InvalidArguments.of("page_size", "was %d, expected 0 to 1000".formatted(pageSize));
    }
    int size = pageSize == 0 ? DEFAULT_SIZE : Math.min(pageSize, LARGEST_SIZE);
    return new PageRequest(
        listing, size, pageToken.isEmpty() ? List.of() : read(listing, pageToken));
  }

  /// The same, but smaller for rows that weigh much: a page has to fit into one message.
  public PageRequest atMost(int most) {
    return new PageRequest(listing, Math.min(size, most), after);
  }

  /// The key of the row before, or `first` on the first page.
  public String after(String first) {
    return after.isEmpty() ? first : after.getFirst();
  }

  /// The same for a listing whose key is a number.
  public long after(long first) {
    return after.isEmpty() ? first : number(after.getFirst());
  }

  /// One more than the page: the row that tells whether another page follows.
  public int fetch() {
    return size + 1;
  }

  /// Makes a page of the rows fetched.
  public <T> Page<T> page(List<T> fetched, Function<T, List<?>> key) {
    if (fetched.size() <= size) {
      return new Page<>(fetched, "");
    }
    var rows = fetched.subList(0, size);
    return new Page<>(rows, token(key.apply(rows.getLast())));
  }

  public static long number(String part) {
    try {
      return Long.parseLong(part);
    } catch (NumberFormatException e) {
      throw unreadable();
    }
  }

  private String token(List<?> key) {
    var parts = new ArrayList<String>();
    parts.add(listing);
    key.forEach(part -> parts.add(String.valueOf(part)));
    var text = String.join(SEPARATOR, parts);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static List<String> read(String listing, String token) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), UTF_8);
      var parts = List.of(text.split(SEPARATOR, -1));
      if (parts.size() > 1 && parts.getFirst().equals(listing) && text.indexOf('\0') < 0) {
        return parts.subList(1, parts.size());
      }
    } catch (IllegalArgumentException notBase64) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static RuntimeException unreadable() {
    return InvalidArguments.of(
        "page_token", "is not a token of this listing, expected next_page_token of its last page");
  }
}
