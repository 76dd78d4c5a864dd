package io.penstock.registry.stage;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.version.Stage;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// What moved when, and so what stood where at any moment.
@Singleton
public final class StageHistory {

  private final Jdbi jdbi;

  StageHistory(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  public Page<StageChange> list(String model, PageRequest page) {
    return jdbi.withHandle(handle -> StageChangeRepository.page(handle, model, page));
  }

  public Page<StagedVersion> at(
      Optional<String> model, Stage stage, Instant time, PageRequest page) {
    return jdbi.withHandle(handle -> StageChangeRepository.at(handle, model, stage, time, page));
  }
}
