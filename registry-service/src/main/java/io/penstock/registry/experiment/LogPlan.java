package io.penstock.registry.experiment;

import static java.util.stream.Collectors.toSet;

import io.penstock.registry.Lifecycle;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.experiment.LogOutcome.ParamChange;
import io.penstock.registry.loggedmodel.ModelMetric;
import io.penstock.registry.metric.RunPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What calls that share a transaction write, and what each of them is told: as if they came one
/// after another. One that is refused writes nothing.
final class LogPlan {

  /// The tag that is the run's name too.
  static final String RUN_NAME = "mlflow.runName";

  private final Map<String, RunRepository.Row> runs;
  private final Map<RunKey, String> stored;
  private final Set<DatasetName> datasets;
  private final SortedMap<RunKey, String> params = new TreeMap<>();
  private final SortedMap<RunKey, String> tags = new TreeMap<>();
  private final SortedMap<Long, String> names = new TreeMap<>();
  private final Map<Long, List<RunInput>> inputs = new HashMap<>();
  private final Map<Long, List<ModelMetric>> modelMetrics = new HashMap<>();
  private final List<RunPoint> points = new ArrayList<>();

  /// @param runs those of the calls that exist, by their ids
  /// @param stored the values that the calls' parameters have already
  /// @param datasets those of the calls that exist
  LogPlan(
      Map<String, RunRepository.Row> runs, Map<RunKey, String> stored, Set<DatasetName> datasets) {
    this.runs = runs;
    this.stored = stored;
    this.datasets = datasets;
  }

  LogOutcome add(LogRequest request) {
    var run = runs.get(request.run());
    if (run == null
        || request.experiment().filter(it -> !it.equals(run.name().experiment())).isPresent()) {
      return new LogOutcome.NoRun();
    }
    var refusal = refusal(run, request);
    if (refusal != null) {
      return refusal;
    }
    write(run.id(), request);
    return new LogOutcome.Logged();
  }

  private @Nullable LogOutcome refusal(RunRepository.Row run, LogRequest request) {
    if (run.lifecycle() != Lifecycle.ACTIVE) {
      return new LogOutcome.NotActive(run.lifecycle());
    }
    if (request.terms() == LogRequest.Terms.NATIVE && run.status().ended()) {
      return new LogOutcome.Ended(run.status());
    }
    for (var input : request.entries().inputs()) {
      if (!datasets.contains(input.dataset())) {
        return new LogOutcome.NoDataset(input.dataset());
      }
    }
    var changes = changes(run.id(), request.entries().params());
    return changes.isEmpty() ? null : new LogOutcome.ParamsTaken(changes);
  }

  private List<ParamChange> changes(long run, Map<String, String> given) {
    var changes = new ArrayList<ParamChange>();
    given.forEach(
        (key, value) -> {
          var known = known(new RunKey(run, key));
          if (known != null && !known.equals(value)) {
            changes.add(new ParamChange(key, known, value));
          }
        });
    return changes;
  }

  private @Nullable String known(RunKey key) {
    var value = stored.get(key);
    return value != null ? value : params.get(key);
  }

  private void write(long run, LogRequest request) {
    var entries = request.entries();
    entries.params().forEach((key, value) -> addParam(new RunKey(run, key), value));
    entries.tags().forEach((key, value) -> addTag(run, key, value));
    for (var point : entries.metrics()) {
      int key = request.keys().getOrDefault(point.key(), 0);
      points.add(new RunPoint(run, key, point.value(), point.step(), point.timeMs()));
    }
    if (!entries.inputs().isEmpty()) {
      inputs.computeIfAbsent(run, _ -> new ArrayList<>()).addAll(entries.inputs());
    }
    if (!entries.modelMetrics().isEmpty()) {
      modelMetrics.computeIfAbsent(run, _ -> new ArrayList<>()).addAll(entries.modelMetrics());
    }
  }

  private void addParam(RunKey key, String value) {
    if (!stored.containsKey(key)) {
      params.put(key, value);
    }
  }

  // A run keeps its name when the tag is emptied.
  private void addTag(long run, String key, String value) {
    if (key.equals(RUN_NAME)) {
      if (value.isEmpty()) {
        return;
      }
      names.put(run, value);
    }
    tags.put(new RunKey(run, key), value);
  }

  SortedMap<RunKey, String> params() {
    return params;
  }

  SortedMap<RunKey, String> tags() {
    return tags;
  }

  SortedMap<Long, String> names() {
    return names;
  }

  Map<Long, List<RunInput>> inputs() {
    return inputs;
  }

  Map<Long, List<ModelMetric>> modelMetrics() {
    return modelMetrics;
  }

  /// The numbers of the runs whose metrics are settled.
  Set<Long> settled() {
    return runs.values().stream()
        .filter(RunRepository.Row::settled)
        .map(RunRepository.Row::id)
        .collect(toSet());
  }

  List<RunPoint> points() {
    return points;
  }
}
