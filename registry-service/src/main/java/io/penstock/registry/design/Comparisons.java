package io.penstock.registry.design;

import io.penstock.registry.experiment.RunName;
import io.penstock.registry.experiment.Runs;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// Puts runs side by side.
@Singleton
final class Comparisons {

  private final Jdbi jdbi;
  private final Runs runs;

  Comparisons(Jdbi jdbi, Runs runs) {
    this.jdbi = jdbi;
    this.runs = runs;
  }

  /// The runs, all of which have to exist, against the first.
  RunComparison between(List<RunName> names) {
    var compared = names.stream().map(runs::get).toList();
    var ids = names.stream().map(RunName::run).toList();
    var values = jdbi.withHandle(handle -> ScoreRepository.values(handle, ids, Optional.empty()));
    return RunComparison.of(compared, values);
  }
}
