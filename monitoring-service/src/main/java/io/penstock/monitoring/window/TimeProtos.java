package io.penstock.monitoring.window;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.penstock.kit.failure.InvalidArguments;
import java.time.Instant;

/// Moments and stretches of time on the wire.
public final class TimeProtos {

  private static final Window ALL_TIME =
      new Window(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-12-31T00:00:00Z"));

  private TimeProtos() {}

  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /// The stretch that a request's `start_time` and `end_time` name; one that is not set leaves that
  /// side open.
  public static Window range(Timestamp start, Timestamp end) {
    Instant from = bound("start_time", start, ALL_TIME.start());
    Instant to = bound("end_time", end, ALL_TIME.end());
    if (!from.isBefore(to)) {
      throw InvalidArguments.of("end_time", "was " + to + ", expected after start_time " + from);
    }
    return new Window(from, to);
  }

  private static Instant bound(String field, Timestamp bound, Instant open) {
    if (!Timestamps.isValid(bound)) {
      throw InvalidArguments.of(field, "was no valid timestamp");
    }
    return bound.equals(Timestamp.getDefaultInstance()) ? open : instant(bound);
  }
}
