package io.penstock.registry.mlflow;

import io.penstock.kit.identity.Caller;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogMetricRequest;
import io.penstock.proto.mlflow.v1.LogModelRequest;
import io.penstock.proto.mlflow.v1.LogParamRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.SetTagRequest;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.experiment.CreateOutcome;
import io.penstock.registry.experiment.LogOutcome;
import io.penstock.registry.experiment.LogOutcome.ParamChange;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.RunEntries;
import io.penstock.registry.experiment.RunUpdate;
import io.penstock.registry.experiment.RunWrites;
import io.penstock.registry.experiment.Runs;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// Runs with MLflow's rules and refusals.
@Singleton
final class TrackedRuns {

  private static final String LOGGED_MODELS = "mlflow.log-model.history";

  private final Runs runs;
  private final RunWrites writes;
  private final Clock clock;

  TrackedRuns(Runs runs, RunWrites writes, Clock clock) {
    this.runs = runs;
    this.writes = writes;
    this.clock = clock;
  }

  CompletionStage<Run> create(CreateRunRequest request) {
    var name = RandomNames.next(ThreadLocalRandom.current());
    var run = NewRuns.fromProto(request, name, clock.millis(), Caller.current().principal().name());
    return writes.create(run).thenApply(outcome -> created(run, outcome));
  }

  private static Run created(Run wanted, CreateOutcome outcome) {
    return switch (outcome) {
      case CreateOutcome.Created(var run) -> run;
      case CreateOutcome.NoExperiment() ->
          throw TrackedExperiments.missing(wanted.name().experiment());
      case CreateOutcome.NotActive(var lifecycle) ->
          throw TrackedExperiments.notActive(wanted.name().experiment(), lifecycle);
    };
  }

  Run get(String id) {
    return runs.find(id).orElseThrow(() -> missing(id));
  }

  Run update(UpdateRunRequest request) {
    var id = id(request.getRunId(), request.getRunUuid());
    TrackingChecks.runName(request.getRunName());
    var update =
        new RunUpdate(
            request.hasStatus()
                ? Optional.of(TrackingProtos.fromProto(request.getStatus()))
                : Optional.empty(),
            request.hasEndTime() ? Optional.of(request.getEndTime()) : Optional.empty(),
            Optional.of(request.getRunName()).filter(name -> !name.isEmpty()));
    var run = runs.update(id, update).orElseThrow(() -> missing(id));
    requireActive(id, run.lifecycle());
    return run;
  }

  void move(String id, Lifecycle to) {
    if (!runs.move(id, to)) {
      throw missing(id);
    }
  }

  void log(LogMetricRequest request) {
    var metric =
        Metric.newBuilder()
            .setKey(request.getKey())
            .setValue(request.getValue())
            .setTimestamp(request.getTimestamp())
            .setStep(request.getStep())
            .setModelId(request.getModelId())
            .setDatasetName(request.getDatasetName())
            .setDatasetDigest(request.getDatasetDigest())
            .build();
    TrackingChecks.metric("", metric);
    var id = id(request.getRunId(), request.getRunUuid());
    requireLogged(
        id, writes.log(id, TrackingProtos.entries(id, List.of(metric), Map.of(), Map.of())));
  }

  void log(LogParamRequest request) {
    TrackingChecks.param("", request.getKey(), request.getValue());
    var id = id(request.getRunId(), request.getRunUuid());
    var outcome = writes.log(id, RunEntries.ofParam(request.getKey(), request.getValue()));
    if (outcome instanceof LogOutcome.ParamsTaken(var changes)) {
      throw paramTaken(id, changes.getFirst());
    }
    requireLogged(id, outcome);
  }

  void log(LogBatchRequest request) {
    var id = request.getRunId();
    MlflowNames.checkRunId(id);
    TrackingChecks.batch(request.getMetricsList(), request.getParamsList(), request.getTagsList());
    requireLogged(
        id,
        writes.log(
            id,
            TrackingProtos.entries(
                id,
                request.getMetricsList(),
                TrackingProtos.params(request.getParamsList()),
                TrackingProtos.tags(request.getTagsList()))));
  }

  void setTag(SetTagRequest request) {
    TrackingChecks.tag("", request.getKey(), request.getValue());
    var id = id(request.getRunId(), request.getRunUuid());
    requireLogged(id, writes.log(id, RunEntries.ofTag(request.getKey(), request.getValue())));
  }

  void deleteTag(String id, String key) {
    requireActive(
        id,
        runs.editTag(
                id,
                key,
                before -> {
                  if (before.isEmpty()) {
                    throw new MlflowFailure.DoesNotExist(
                            "No tag with name: %s in run with id %s".formatted(key, id))
                        .exception();
                  }
                  return Optional.empty();
                })
            .orElseThrow(
                () ->
                    // In the words that the tests of MLflow's Java client look for here.
                    new MlflowFailure.DoesNotExist("Run '%s' not found".formatted(id))
                        .exception()));
  }

  void log(LogModelRequest request) {
    var model = LoggedModelHistory.entry(request.getModelJson());
    var id = request.getRunId();
    requireActive(
        id,
        runs.editTag(
                id,
                LOGGED_MODELS,
                before -> Optional.of(LoggedModelHistory.append(before.orElse("[]"), model)))
            .orElseThrow(() -> missing(id)));
  }

  /// Old clients name a run by the field's former name.
  static String id(String runId, String runUuid) {
    return runId.isEmpty() ? runUuid : runId;
  }

  private static void requireLogged(String id, LogOutcome outcome) {
    switch (outcome) {
      case LogOutcome.Logged() -> {}
      case LogOutcome.NoRun() -> throw missing(id);
      case LogOutcome.NotActive(var lifecycle) -> requireActive(id, lifecycle);
      case LogOutcome.ParamsTaken(var changes) -> throw paramsTaken(id, changes);
      case LogOutcome.Ended(_), LogOutcome.NoDataset(_) ->
          throw new IllegalStateException("MLflow's runs do not end, and name no dataset: " + id);
    }
  }

  static void requireActive(String id, Lifecycle lifecycle) {
    if (lifecycle != Lifecycle.ACTIVE) {
      throw MlflowFailure.invalid(
          "The run %s must be in the 'active' state. Current state is %s."
              .formatted(id, lifecycle.text()));
    }
  }

  static RuntimeException missing(String id) {
    return new MlflowFailure.DoesNotExist("Run with id=%s not found".formatted(id)).exception();
  }

  private static RuntimeException paramTaken(String id, ParamChange change) {
    return MlflowFailure.invalid(
        "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'."
            .formatted(change.key(), change.stored(), id, change.given()));
  }

  private static RuntimeException paramsTaken(String id, List<ParamChange> changes) {
    var listed =
        changes.stream()
            .map(
                change ->
                    "{'key': %s, 'old_value': %s, 'new_value': %s}"
                        .formatted(
                            TextLimits.quoted(change.key()),
                            TextLimits.quoted(change.stored()),
                            TextLimits.quoted(change.given())))
            .collect(Collectors.joining(", ", "[", "]"));
    return MlflowFailure.invalid(
        "Changing param values is not allowed. Params were already logged='%s' for run ID='%s'."
            .formatted(listed, id));
  }
}
