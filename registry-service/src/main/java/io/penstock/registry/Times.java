package io.penstock.registry;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.penstock.kit.failure.InvalidArguments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Times on the wire and in the database, which keeps microseconds.
public final class Times {

  private Times() {}

  public static Instant now(Clock clock) {
    return micros(clock.instant());
  }

  /// As the database will give it back.
  public static Instant micros(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  public static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  public static com.google.protobuf.Duration toProto(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /// A duration that a request names. One beyond what protobuf allows becomes the longest, or the
  /// shortest, that it does: whoever asks says what is too long.
  public static Duration duration(com.google.protobuf.Duration proto) {
    var seconds =
        Math.clamp(
            proto.getSeconds(), Durations.MIN_VALUE.getSeconds(), Durations.MAX_VALUE.getSeconds());
    return Duration.ofSeconds(seconds, proto.getNanos());
  }

  /// A time that a request names.
  public static Instant fromProto(String field, Timestamp time) {
    if (!Timestamps.isValid(time)) {
      throw InvalidArguments.of(
          field,
          "was %d s and %d ns, expected a time of the years 1 to 9999"
              .formatted(time.getSeconds(), time.getNanos()));
    }
    return fromProto(time);
  }

  public static Instant fromProto(Timestamp time) {
    return micros(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
  }
}
