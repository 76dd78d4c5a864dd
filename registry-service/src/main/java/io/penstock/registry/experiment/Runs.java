package io.penstock.registry.experiment;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.RunEnded;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.dataset.Datasets;
import io.penstock.registry.experiment.RunRepository.Row;
import io.penstock.registry.lineage.NotedInput;
import io.penstock.registry.lineage.RunLinkRepository;
import io.penstock.registry.lineage.RunLinks;
import io.penstock.registry.metric.SettledMetrics;
import io.penstock.registry.webhook.RunEvents;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The runs of experiments: what is read of them, and what rarely changes. What they log goes
/// through [RunWrites].
@Singleton
public final class Runs {

  private final Jdbi jdbi;
  private final Changes changes;
  private final RunReader reader;
  private final RunEvents events;

  Runs(Jdbi jdbi, Changes changes, RunReader reader, RunEvents events) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.reader = reader;
    this.events = events;
  }

  public Run get(RunName name) {
    return find(name.run()).filter(run -> run.name().equals(name)).orElseThrow(() -> missing(name));
  }

  /// The run of this id, deleted or not.
  public Optional<Run> find(String run) {
    return jdbi.withHandle(
        handle -> RunRepository.find(handle, run).map(row -> whole(handle, row)));
  }

  /// The number by which tables know the run of this id.
  public static Optional<Long> number(Handle handle, String run) {
    return RunRepository.find(handle, run).map(Row::id);
  }

  Page<Run> list(String experiment, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          Experiments.require(handle, experiment);
          var rows = RunRepository.page(handle, experiment, page);
          return new Page<>(reader.whole(handle, rows.rows()), rows.nextToken());
        });
  }

  Run finish(RunName name, RunStatus status) {
    return changes.commit(
        change -> {
          var run =
              RunRepository.find(change.handle(), name)
                  .filter(row -> row.lifecycle() == Lifecycle.ACTIVE)
                  .orElseThrow(() -> missing(name));
          if (!RunRepository.end(change.handle(), run.id(), status, change.time().toEpochMilli())) {
            var now = RunRepository.find(change.handle(), name).orElseThrow(() -> missing(name));
            throw new RunEnded(name.toString(), now.status().name()).exception();
          }
          SettledMetrics.settle(change.handle(), run.id());
          change.audit(name.toString(), Map.of("status", status.name()));
          tellEnd(change, name, status);
          return whole(
              change.handle(),
              RunRepository.find(change.handle(), name).orElseThrow(() -> missing(name)));
        });
  }

  /// Changes what the update names, and gives back how the run is then.
  ///
  /// @return empty where there is no such run, or it is deleted and does not change
  public Optional<Run> update(String run, RunUpdate update) {
    return change(
        run,
        (change, row) -> {
          if (row.lifecycle() == Lifecycle.ACTIVE) {
            RunRepository.update(change.handle(), row.id(), update);
            rename(change.handle(), row, update.name());
            update.status().ifPresent(status -> settle(change.handle(), row, status));
            change.audit(row.name().toString(), update.facts());
            update.status().ifPresent(status -> tellEnd(change, row.name(), status));
          }
          return RunRepository.find(change.handle(), run).map(now -> whole(change.handle(), now));
        });
  }

  private void tellEnd(Change change, RunName name, RunStatus status) {
    if (status.ended()) {
      events.ended(change, name.run(), name.experiment(), status.name());
    }
  }

  private static void settle(Handle handle, Row run, RunStatus status) {
    if (status.ended() && !run.settled()) {
      SettledMetrics.settle(handle, run.id());
    } else if (!status.ended() && run.settled()) {
      SettledMetrics.unsettle(handle, run.id());
    }
  }

  // The name of a run is a tag of it too.
  private static void rename(Handle handle, Row run, Optional<String> name) {
    name.ifPresent(
        text -> {
          RunRepository.rename(handle, new TreeMap<>(Map.of(run.id(), text)));
          var tag = new RunKey(run.id(), LogPlan.RUN_NAME);
          RunEntryRepository.putTags(handle, new TreeMap<>(Map.of(tag, text)));
        });
  }

  /// False where there is no such run.
  public boolean move(String run, Lifecycle to) {
    return change(
            run,
            (change, row) -> {
              RunRepository.setLifecycle(change.handle(), List.of(row.id()), to);
              change.audit(row.name().toString(), Map.of("lifecycle_stage", to.text()));
              if (to == Lifecycle.DELETED) {
                events.deleted(change, row.name().run(), row.name().experiment());
              }
              return Optional.of(row);
            })
        .isPresent();
  }

  /// Changes one tag of an active run, knowing what it was.
  ///
  /// @return whether there was such a run, and it was active
  public Optional<Lifecycle> editTag(
      String run, String key, Function<Optional<String>, Optional<String>> edit) {
    return change(
        run,
        (change, row) -> {
          if (row.lifecycle() == Lifecycle.ACTIVE) {
            editTag(change.handle(), new RunKey(row.id(), key), edit);
          }
          return Optional.of(row.lifecycle());
        });
  }

  private static void editTag(
      Handle handle, RunKey tag, Function<Optional<String>, Optional<String>> edit) {
    var before = RunEntryRepository.tag(handle, tag);
    edit.apply(before)
        .ifPresentOrElse(
            value -> RunEntryRepository.putTags(handle, new TreeMap<>(Map.of(tag, value))),
            () -> RunEntryRepository.deleteTag(handle, tag));
  }

  /// Notes what an active run read and made. Data whose source names a snapshot of this registry is
  /// an input of the run as if it had been logged natively.
  ///
  /// @return whether there was such a run, and it was active
  public Optional<Lifecycle> link(String run, RunLinks links) {
    return change(
        run,
        (change, row) -> {
          if (row.lifecycle() == Lifecycle.ACTIVE) {
            link(change.handle(), row, links);
          }
          return Optional.of(row.lifecycle());
        });
  }

  private static void link(Handle handle, Row run, RunLinks links) {
    RunLinkRepository.add(handle, run.id(), run.name().experiment(), links);
    var snapshots = links.datasets().stream().flatMap(input -> snapshot(input).stream()).toList();
    if (!snapshots.isEmpty()) {
      var known =
          Datasets.existing(
              handle, snapshots.stream().map(RunInput::dataset).collect(Collectors.toSet()));
      RunEntryRepository.addInputs(
          handle,
          run.id(),
          snapshots.stream().filter(input -> known.contains(input.dataset())).toList());
    }
  }

  private static Optional<RunInput> snapshot(NotedInput input) {
    return DatasetName.in(input.dataset().source())
        .map(name -> new RunInput(name, input.context().orElse("")));
  }

  /// What one does to a run while nobody else changes it.
  @FunctionalInterface
  private interface RunChange<T> {
    Optional<T> apply(Change change, Row run);
  }

  private <T> Optional<T> change(String run, RunChange<T> work) {
    return changes.commit(
        change ->
            RunRepository.hold(change.handle(), List.of(run)).stream()
                .findFirst()
                .flatMap(row -> noted(change, row, work)));
  }

  // What a settled run logged lies beside it as well.
  private static <T> Optional<T> noted(Change change, Row run, RunChange<T> work) {
    var result = work.apply(change, run);
    if (run.settled()) {
      SettledMetrics.note(change.handle(), Set.of(run.id()));
    }
    return result;
  }

  private static RuntimeException missing(RunName name) {
    return new NotFound(Kind.RUN, name.toString()).exception();
  }

  private Run whole(Handle handle, Row run) {
    return reader.whole(handle, List.of(run)).getFirst();
  }
}
