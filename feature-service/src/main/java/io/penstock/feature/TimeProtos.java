package io.penstock.feature;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/// Times on the wire.
public final class TimeProtos {

  private TimeProtos() {}

  /// Microseconds since 1970, or [Micros#INVALID].
  public static long micros(Timestamp time) {
    return Micros.of(time.getSeconds(), time.getNanos());
  }

  public static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
