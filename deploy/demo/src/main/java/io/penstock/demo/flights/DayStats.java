package io.penstock.demo.flights;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// How punctual the flights of one airport or route were over some days up to and including `day`.
///
/// @param key airport code or route
public record DayStats(String key, LocalDate day, long flights, long late, long delayMinutes) {

  /// Share of late flights; NaN without flights.
  public double lateRate() {
    return flights == 0 ? Double.NaN : (double) late / flights;
  }

  /// Minutes; NaN without flights.
  public double meanDelay() {
    return flights == 0 ? Double.NaN : (double) delayMinutes / flights;
  }

  /// When this became true and known: the midnight that ends the day.
  public Instant eventTime() {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
