package io.penstock.gateway.oip;

import io.netty.handler.codec.DateFormatter;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Date;

/// The value of the header `Date`, which every answer must have; made anew once a second.
@Singleton
final class DateHeader {

  private record Stamp(long second, String text) {}

  private final Clock clock;
  private volatile Stamp last = new Stamp(Long.MIN_VALUE, "");

  DateHeader(Clock clock) {
    this.clock = clock;
  }

  String now() {
    long millis = clock.millis();
    long second = Math.floorDiv(millis, 1_000L);
    Stamp stamp = last;
    if (stamp.second() != second) {
      stamp = new Stamp(second, DateFormatter.format(new Date(millis)));
      last = stamp;
    }
    return stamp.text();
  }
}
