package io.penstock.registry;

import com.google.protobuf.Timestamp;
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

  public static Duration duration(com.google.protobuf.Duration proto) {
    return Duration.ofSeconds(proto.getSeconds(), proto.getNanos());
  }

  public static Instant fromProto(Timestamp time) {
    return micros(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
  }
}
