package io.penstock.registry.release;

import java.time.Instant;
import java.util.Optional;

/// The trial of the canary that runs now.
///
/// @param since when this version became the canary; a new share of the traffic does not start the
///   trial anew
public record Canary(CanaryCriteria criteria, Instant since) {

  Optional<Instant> deadline() {
    return criteria.timeout().map(since::plus);
  }
}
