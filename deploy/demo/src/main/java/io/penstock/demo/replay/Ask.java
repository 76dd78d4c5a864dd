package io.penstock.demo.replay;

import io.penstock.demo.flights.Flight;
import java.time.Instant;
import java.util.List;

/// One request: a flight, or a few that leave one after the other.
///
/// @param id the caller's own, also the key that decides between primary and canary
public record Ask(String id, List<Flight> flights) {

  public Ask {
    flights = List.copyOf(flights);
  }

  Instant occurredAt() {
    return flights.getLast().departedAt();
  }
}
