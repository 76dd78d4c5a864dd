package io.penstock.registry.stage;

import io.penstock.registry.NamePattern;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.time.Instant;
import java.util.Optional;

/// One move of a version between stages, and how long it stayed where it came to.
///
/// @param until empty while it is there
public record StageChange(
    long id,
    VersionName version,
    Stage from,
    Stage to,
    Reason reason,
    Instant time,
    Optional<Instant> until) {

  private static final NamePattern NAMES = NamePattern.of("models/{model}/stageChanges/{id}");

  public String name() {
    return NAMES.format(version.model(), id);
  }
}
