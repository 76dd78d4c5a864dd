package io.penstock.registry.experiment;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.ParamConflict;
import io.penstock.registry.RegistryFailure.RunEnded;
import io.penstock.registry.dataset.Datasets;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The runs of experiments.
@Singleton
public final class Runs {

  private final Jdbi jdbi;
  private final Changes changes;

  Runs(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  Run create(Run run) {
    return changes.commit(
        change -> {
          Experiments.require(change.handle(), run.name().experiment());
          long id = RunRepository.insert(change.handle(), run);
          RunEntryRepository.putTags(change.handle(), id, run.tags());
          change.audit(run.name().toString(), Map.of("display_name", run.displayName()));
          return run;
        });
  }

  public Run get(RunName name) {
    return jdbi.withHandle(
        handle -> whole(handle, require(RunRepository.find(handle, name), name)));
  }

  Page<Run> list(String experiment, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          Experiments.require(handle, experiment);
          var rows = RunRepository.page(handle, experiment, page);
          return new Page<>(whole(handle, rows.rows()), rows.nextToken());
        });
  }

  /// Adds everything or nothing to a run that has not ended.
  Run log(RunName name, RunEntries entries) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          var run = require(RunRepository.findAndHold(handle, name), name);
          requireRunning(run);
          write(handle, run, entries);
          auditLog(change, name, entries);
          return whole(handle, run);
        });
  }

  private static void write(Handle handle, RunRepository.Row run, RunEntries entries) {
    if (!entries.params().isEmpty()) {
      writeParams(handle, run, entries.params());
    }
    if (!entries.metrics().isEmpty()) {
      MetricRepository.add(handle, run.id(), entries.metrics());
      MetricRepository.raiseLatest(handle, run.id(), entries.metrics());
    }
    if (!entries.tags().isEmpty()) {
      RunEntryRepository.putTags(handle, run.id(), entries.tags());
    }
    if (!entries.inputs().isEmpty()) {
      entries.inputs().forEach(input -> Datasets.require(handle, input.dataset()));
      RunEntryRepository.addInputs(handle, run.id(), entries.inputs());
    }
  }

  private static void writeParams(
      Handle handle, RunRepository.Row run, Map<String, String> params) {
    var stored = RunEntryRepository.addParams(handle, run.id(), params);
    params.forEach(
        (key, given) -> {
          var kept = stored.getOrDefault(key, given);
          if (!kept.equals(given)) {
            throw new ParamConflict(run.name().toString(), key, kept, given).exception();
          }
        });
  }

  private static void auditLog(Change change, RunName name, RunEntries entries) {
    change.audit(
        name.toString(),
        Map.of(
            "params", String.join(", ", entries.params().keySet()),
            "metric_points", String.valueOf(entries.metrics().size()),
            "tags", String.join(", ", entries.tags().keySet()),
            "inputs", entries.inputs().toString()));
  }

  Run finish(RunName name, RunStatus status) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          var run = require(RunRepository.find(handle, name), name);
          requireRunning(run);
          if (!RunRepository.end(handle, run.id(), status, change.time())) {
            throw ended(require(RunRepository.find(handle, name), name));
          }
          change.audit(name.toString(), Map.of("status", status.name()));
          return whole(handle, require(RunRepository.find(handle, name), name));
        });
  }

  Page<MetricPoint> metricPoints(RunName name, String key, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          var run = require(RunRepository.find(handle, name), name);
          return MetricRepository.page(handle, run.id(), key, page);
        });
  }

  private static RunRepository.Row require(Optional<RunRepository.Row> run, RunName name) {
    return run.orElseThrow(() -> new NotFound(Kind.RUN, name.toString()).exception());
  }

  private static void requireRunning(RunRepository.Row run) {
    if (run.status() != RunStatus.RUNNING) {
      throw ended(run);
    }
  }

  private static RuntimeException ended(RunRepository.Row run) {
    return new RunEnded(run.name().toString(), run.status().name()).exception();
  }

  private static Run whole(Handle handle, RunRepository.Row run) {
    return whole(handle, List.of(run)).getFirst();
  }

  private static List<Run> whole(Handle handle, List<RunRepository.Row> rows) {
    var ids = rows.stream().map(RunRepository.Row::id).toList();
    var params = RunEntryRepository.params(handle, ids);
    var metrics = RunEntryRepository.metrics(handle, ids);
    var tags = RunEntryRepository.tags(handle, ids);
    var inputs = RunEntryRepository.inputs(handle, ids);
    return rows.stream()
        .map(
            row ->
                new Run(
                    row.name(),
                    row.displayName(),
                    row.status(),
                    params.getOrDefault(row.id(), Map.of()),
                    metrics.getOrDefault(row.id(), Map.of()),
                    tags.getOrDefault(row.id(), Map.of()),
                    inputs.getOrDefault(row.id(), List.of()),
                    row.startTime(),
                    row.endTime(),
                    row.createdBy()))
        .toList();
  }
}
