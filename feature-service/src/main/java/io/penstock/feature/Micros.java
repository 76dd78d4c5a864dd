package io.penstock.feature;

import java.time.Duration;
import java.time.Instant;

/// Microseconds since 1970: the unit of every time that is stored or compared here. What is finer
/// is cut off, for rows and for questions alike.
public final class Micros {

  /// Stands for a time outside the years 1 to 9999, which no row may have.
  public static final long INVALID = Long.MIN_VALUE;

  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private Micros() {}

  public static long of(Instant time) {
    return of(time.getEpochSecond(), time.getNano());
  }

  public static long of(long seconds, int nanos) {
    boolean valid =
        seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanos >= 0 && nanos < NANOS_PER_SECOND;
    return valid ? seconds * 1_000_000 + nanos / 1_000 : INVALID;
  }

  public static long of(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
  }

  public static Instant toInstant(long micros) {
    long seconds = Math.floorDiv(micros, 1_000_000L);
    return Instant.ofEpochSecond(seconds, Math.floorMod(micros, 1_000_000L) * 1_000);
  }
}
