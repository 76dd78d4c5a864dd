package io.penstock.registry.experiment;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The experiments of the registry.
@Singleton
public final class Experiments {

  /// The experiment of runs that name none. It is always there.
  public static final String DEFAULT_ID = "0";

  private final Jdbi jdbi;
  private final Changes changes;

  Experiments(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /// Creates an experiment whose caller chose the id.
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

  /// Creates an experiment under the next free number.
  ///
  /// @return empty where the name is taken
  public Optional<Experiment> create(NewExperiment wanted) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          while (ExperimentRepository.findByName(handle, wanted.name()).isEmpty()) {
            var experiment =
                wanted.numbered(ExperimentRepository.nextId(handle), change.time().toEpochMilli());
            // Somebody may have chosen the number as an id, or the name a moment ago.
            if (ExperimentRepository.insert(handle, experiment)) {
              change.audit(experiment.resource(), Map.of("name", experiment.name()));
              return Optional.of(experiment);
            }
          }
          return Optional.empty();
        });
  }

  Experiment get(String id) {
    return jdbi.withHandle(handle -> require(handle, id));
  }

  /// The experiment of this id, deleted or not.
  public Optional<Experiment> find(String id) {
    return jdbi.withHandle(handle -> ExperimentRepository.find(handle, id));
  }

  public Optional<Experiment> findByName(String name) {
    return jdbi.withHandle(handle -> ExperimentRepository.findByName(handle, name));
  }

  Page<Experiment> list(PageRequest page) {
    return jdbi.withHandle(handle -> ExperimentRepository.page(handle, page));
  }

  /// Deletes or restores an experiment and all of its runs.
  ///
  /// @return the experiment as it was
  public Optional<Experiment> move(String id, Lifecycle to) {
    return edit(
        id,
        experiment -> experiment.lifecycle() != to,
        (change, experiment) -> {
          var handle = change.handle();
          ExperimentRepository.setLifecycle(handle, id, to, change.time().toEpochMilli());
          RunRepository.setLifecycle(handle, RunRepository.holdAll(handle, id), to);
          change.audit(experiment.resource(), Map.of("lifecycle_stage", to.text()));
        });
  }

  /// How a change of an experiment ended.
  public enum Renaming {
    DONE,
    NO_EXPERIMENT,
    NOT_ACTIVE,
    NAME_TAKEN
  }

  public Renaming rename(String id, String name) {
    return hold(
        id,
        (change, found) -> {
          if (found.isEmpty()) {
            return Renaming.NO_EXPERIMENT;
          }
          if (found.get().lifecycle() != Lifecycle.ACTIVE) {
            return Renaming.NOT_ACTIVE;
          }
          long now = change.time().toEpochMilli();
          if (!ExperimentRepository.rename(change.handle(), id, name, now)) {
            return Renaming.NAME_TAKEN;
          }
          change.audit(
              found.get().resource(), Map.of("name", name, "former_name", found.get().name()));
          return Renaming.DONE;
        });
  }

  /// Sets a tag of an experiment that is active; of any other nothing changes.
  ///
  /// @return the experiment as it was
  public Optional<Experiment> setTag(String id, String key, String value) {
    return edit(
        id,
        Experiments::active,
        (change, experiment) -> {
          ExperimentRepository.setTag(change.handle(), id, key, value);
          change.audit(experiment.resource(), Map.of("tag", key, "value", value));
        });
  }

  /// Deletes a tag of an experiment that is active and has it; of any other nothing changes.
  ///
  /// @return the experiment as it was
  public Optional<Experiment> deleteTag(String id, String key) {
    return edit(
        id,
        experiment -> active(experiment) && experiment.tags().containsKey(key),
        (change, experiment) -> {
          ExperimentRepository.deleteTag(change.handle(), id, key);
          change.audit(experiment.resource(), Map.of("deleted_tag", key));
        });
  }

  /// The experiments of these ids, in their order; an id that is no experiment's is left out.
  public static List<Experiment> read(Handle handle, List<String> ids) {
    return ExperimentRepository.find(handle, ids);
  }

  static Experiment require(Handle handle, String id) {
    return ExperimentRepository.find(handle, id)
        .orElseThrow(() -> new NotFound(Kind.EXPERIMENT, Experiment.resource(id)).exception());
  }

  private static boolean active(Experiment experiment) {
    return experiment.lifecycle() == Lifecycle.ACTIVE;
  }

  private Optional<Experiment> edit(
      String id, Predicate<Experiment> condition, BiConsumer<Change, Experiment> effect) {
    return hold(
        id,
        (change, found) -> {
          found.filter(condition).ifPresent(experiment -> effect.accept(change, experiment));
          return found;
        });
  }

  private <T> T hold(String id, BiFunction<Change, Optional<Experiment>, T> work) {
    return changes.commit(
        change -> work.apply(change, ExperimentRepository.findAndHold(change.handle(), id)));
  }
}
