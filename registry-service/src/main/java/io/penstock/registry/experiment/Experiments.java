package io.penstock.registry.experiment;

import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The experiments of the registry.
@Singleton
public final class Experiments {

  private final Jdbi jdbi;
  private final Changes changes;

  Experiments(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  Experiment create(Experiment experiment) {
    return changes.commit(
        change -> {
          if (!ExperimentRepository.insert(change.handle(), experiment)) {
            throw new AlreadyExists(Kind.EXPERIMENT, experiment.resource()).exception();
          }
          change.audit(experiment.resource(), experiment.tags());
          return experiment;
        });
  }

  Experiment get(String id) {
    return jdbi.withHandle(handle -> require(handle, id));
  }

  Page<Experiment> list(PageRequest page) {
    return jdbi.withHandle(handle -> ExperimentRepository.page(handle, page));
  }

  static Experiment require(Handle handle, String id) {
    return ExperimentRepository.find(handle, id)
        .orElseThrow(() -> new NotFound(Kind.EXPERIMENT, Experiment.resource(id)).exception());
  }
}
