package io.penstock.testkit;

import io.penstock.kit.service.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// A clock, and a ticker, that stand still until told to go on.
public final class FakeClock extends Clock implements Ticker {

  private final AtomicReference<Instant> now;

  private FakeClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /// A clock that stands at 2001-04-01T00:00:00Z.
  public static FakeClock create() {
    return at(Instant.parse("2001-04-01T00:00:00Z"));
  }

  public static FakeClock at(Instant start) {
    return new FakeClock(start);
  }

  public void advance(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }

  public void set(Instant instant) {
    now.set(instant);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public long nanos() {
    return Duration.between(Instant.EPOCH, now.get()).toNanos();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("tests run in UTC");
  }
}
