package io.penstock.registry.experiment;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.outbox.WriteCombiner;
import io.penstock.registry.experiment.LogRequest.Terms;
import io.penstock.registry.metric.MetricKeys;
import io.penstock.registry.metric.MetricPoint;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/// Where runs begin and grow: the writes that come by the thousand, which share transactions.
@Singleton
public final class RunWrites implements AutoCloseable {

  // A transaction of ten full batches takes a tenth of a second; thirty of those may wait.
  private static final WriteCombiner.Limits LOGS = new WriteCombiner.Limits(2, 10_000, 300_000);
  private static final WriteCombiner.Limits RUNS = new WriteCombiner.Limits(2, 500, 20_000);

  private final MetricKeys keys;
  private final WriteCombiner<LogRequest, LogOutcome> logs;
  private final WriteCombiner<Run, CreateOutcome> runs;

  RunWrites(Changes changes, MetricKeys keys, MeterRegistry meters) {
    this.keys = keys;
    this.logs =
        WriteCombiner.start(
            "run logs",
            changes,
            meters,
            LOGS,
            request -> 1 + request.entries().count(),
            request -> request.run().hashCode(),
            new LogWork());
    this.runs =
        WriteCombiner.start(
            "new runs",
            changes,
            meters,
            RUNS,
            _ -> 1,
            run -> run.name().hashCode(),
            new CreateWork());
  }

  /// Returns at once; the run is created when the stage completes.
  public CompletionStage<CreateOutcome> create(Run run) {
    return runs.submit(run);
  }

  /// Adds entries to a run that is not deleted.
  public LogOutcome log(String run, RunEntries entries) {
    return log(run, Optional.empty(), Terms.MLFLOW, entries);
  }

  /// Adds entries to a run that has not ended, with an audit entry.
  LogOutcome log(RunName run, RunEntries entries) {
    return log(run.run(), Optional.of(run.experiment()), Terms.NATIVE, entries);
  }

  private LogOutcome log(String run, Optional<String> experiment, Terms terms, RunEntries entries) {
    var named = entries.metrics().stream().map(MetricPoint::key).collect(Collectors.toSet());
    return logs.commit(new LogRequest(run, experiment, terms, entries, keys.idsOf(named)));
  }

  @Override
  @PreDestroy
  public void close() {
    logs.close();
    runs.close();
  }
}
