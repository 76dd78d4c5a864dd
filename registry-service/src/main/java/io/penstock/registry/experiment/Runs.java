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
import io.penstock.registry.metric.MetricKeys;
import io.penstock.registry.metric.MetricPoint;
import io.penstock.registry.metric.MetricRepository;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The runs of experiments.
@Singleton
public final class Runs {

  private final Jdbi jdbi;
  private final Changes changes;
  private final RunReader reader;
  private final MetricKeys keys;

  Runs(Jdbi jdbi, Changes changes, RunReader reader, MetricKeys keys) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.reader = reader;
    this.keys = keys;
  }

  Run create(Run wanted) {
    return changes.commit(
        change -> {
          var experiment = Experiments.require(change.handle(), wanted.name().experiment());
          var run =
              wanted.storedAt(
                  DefaultLocations.ofRun(experiment.artifactLocation(), wanted.name().run()));
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
          return new Page<>(reader.whole(handle, rows.rows()), rows.nextToken());
        });
  }

  /// Adds everything or nothing to a run that has not ended.
  Run log(RunName name, RunEntries entries) {
    var metricKeys =
        keys.idsOf(entries.metrics().stream().map(MetricPoint::key).collect(Collectors.toSet()));
    return changes.commit(
        change -> {
          var handle = change.handle();
          var run = require(RunRepository.findAndHold(handle, name), name);
          requireRunning(run);
          write(handle, run, entries, metricKeys);
          auditLog(change, name, entries);
          return whole(handle, run);
        });
  }

  private static void write(
      Handle handle, RunRepository.Row run, RunEntries entries, Map<String, Integer> keys) {
    if (!entries.params().isEmpty()) {
      writeParams(handle, run, entries.params());
    }
    if (!entries.metrics().isEmpty()) {
      MetricRepository.add(handle, run.id(), entries.metrics(), keys);
      MetricRepository.raiseLatest(handle, run.id(), entries.metrics(), keys);
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
          if (!RunRepository.end(handle, run.id(), status, change.time().toEpochMilli())) {
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
    if (run.status().ended()) {
      throw ended(run);
    }
  }

  private static RuntimeException ended(RunRepository.Row run) {
    return new RunEnded(run.name().toString(), run.status().name()).exception();
  }

  private Run whole(Handle handle, RunRepository.Row run) {
    return reader.whole(handle, List.of(run)).getFirst();
  }
}
