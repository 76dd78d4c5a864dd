package io.penstock.demo.flights;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// One flight that left. The clock is the origin's; the demo takes it for UTC.
///
/// @param departure when it left the gate, not when it should have
/// @param delay minutes late at the destination; negative where early
/// @param distance miles
public record Flight(
    LocalDateTime departure, int delay, int distance, String origin, String destination) {

  private static final int LATE_AFTER_MINUTES = 15;

  /// The label: arrived more than 15 minutes late.
  public boolean late() {
    return delay > LATE_AFTER_MINUTES;
  }

  /// Key of the entity `route`: `ATL-DFW`.
  public String route() {
    return origin + '-' + destination;
  }

  public LocalDate day() {
    return departure.toLocalDate();
  }

  public Instant departedAt() {
    return departure.toInstant(ZoneOffset.UTC);
  }
}
