package io.penstock.monitoring.window;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/// A stretch of event time from `start` up to, not including, `end`.
public record Window(Instant start, Instant end) implements Comparable<Window> {

  private static final Comparator<Window> ORDER =
      Comparator.comparing(Window::start).thenComparing(Window::end);

  /// The window that holds the moment when time is cut into pieces of one length from the epoch on.
  public static Window of(Instant moment, Duration length) {
    long millis = length.toMillis();
    long start = Math.floorDiv(moment.toEpochMilli(), millis) * millis;
    return new Window(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + millis));
  }

  /// The smallest stretch that holds both.
  public Window cover(Window other) {
    return new Window(
        start.isBefore(other.start) ? start : other.start,
        end.isAfter(other.end) ? end : other.end);
  }

  @Override
  public int compareTo(Window other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return start + "/" + end;
  }
}
