package io.penstock.registry.design;

import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.split.SplitName;
import io.penstock.registry.split.Splits;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The designs of experiments, and what their runs say to them.
@Singleton
final class Designs {

  private final Jdbi jdbi;
  private final Changes changes;
  private final Splits splits;

  Designs(Jdbi jdbi, Changes changes, Splits splits) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.splits = splits;
  }

  /// Adds a revision.
  ExperimentDesign set(ExperimentDesign wanted) {
    if (!wanted.split().isEmpty()) {
      var _ = splits.get(SplitName.parse("design.split", wanted.split()));
    }
    return changes.commit(
        change -> {
          var handle = change.handle();
          if (!DesignRepository.lock(handle, wanted.experiment())) {
            throw new NotFound(Kind.EXPERIMENT, "experiments/" + wanted.experiment()).exception();
          }
          int revision = DesignRepository.newest(handle, wanted.experiment()) + 1;
          var design = wanted.as(revision, ScoreRepository.count(handle, wanted));
          DesignRepository.insert(handle, design);
          change.audit(design.name(), Map.of("hypothesis", design.hypothesis()));
          return design;
        });
  }

  Page<ExperimentDesign> list(String experiment, PageRequest page) {
    return jdbi.withHandle(handle -> DesignRepository.page(handle, experiment, page));
  }

  /// @param revision 0 for the newest
  ExperimentDesign get(String experiment, int revision) {
    return jdbi.withHandle(handle -> require(handle, experiment, revision));
  }

  private static ExperimentDesign require(Handle handle, String experiment, int revision) {
    int wanted = revision == 0 ? DesignRepository.newest(handle, experiment) : revision;
    return DesignRepository.find(handle, experiment, wanted)
        .orElseThrow(
            () ->
                new NotFound(
                        Kind.EXPERIMENT_DESIGN,
                        "experiments/%s/designs/%d".formatted(experiment, wanted))
                    .exception());
  }

  ResultTable results(String experiment) {
    var design = get(experiment, 0);
    var runs = jdbi.withHandle(handle -> ScoreRepository.finished(handle, design));
    // Intervals take longer than reading: no connection waits for them.
    return ResultTable.of(design, runs);
  }
}
