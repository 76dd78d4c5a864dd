package io.penstock.governance;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.penstock.kit.failure.InvalidArguments;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Moments on the wire and inside, which are those of PostgreSQL: microseconds.
public final class WireTime {

  private WireTime() {}

  public static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  /// The moment as PostgreSQL will keep it, so that an answer equals what is read later.
  public static Instant stored(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  /// The moment in a field of a request.
  public static Instant fromProto(String field, Timestamp time) {
    if (!Timestamps.isValid(time)) {
      throw InvalidArguments.of(
          field,
          "was %d s %d ns, expected a time between years 1 and 9999"
              .formatted(time.getSeconds(), time.getNanos()));
    }
    return stored(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
  }
}
