package io.penstock.kit.page;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Function;

/// The sort key in a token, read part by part.
public final class PageKey {

  // What a timestamp on the wire can say. A database may know less than an `Instant` could hold.
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private final Iterator<String> parts;

  private PageKey(List<String> parts) {
    this.parts = parts.iterator();
  }

  /// Reads a whole key: callers can forge tokens, so a key of another shape is their mistake.
  static <K> K read(List<String> parts, Function<PageKey, K> reading) {
    var key = new PageKey(parts);
    K read = parsed(key, reading);
    if (key.parts.hasNext()) {
      throw PageToken.unknown();
    }
    return read;
  }

  private static <K> K parsed(PageKey key, Function<PageKey, K> reading) {
    try {
      return reading.apply(key);
    } catch (IllegalArgumentException | DateTimeException | NoSuchElementException _) {
      throw PageToken.unknown();
    }
  }

  public String text() {
    return parts.next();
  }

  public long number() {
    return Long.parseLong(text());
  }

  public double decimal() {
    return Double.parseDouble(text());
  }

  public UUID uuid() {
    return UUID.fromString(text());
  }

  public Instant time() {
    Instant time = Instant.parse(text());
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new DateTimeException("lies outside of the years 1 to 9999");
    }
    return time;
  }
}
