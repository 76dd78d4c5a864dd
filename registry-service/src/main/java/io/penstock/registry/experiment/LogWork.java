package io.penstock.registry.experiment;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.penstock.kit.outbox.CombinedWork;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.dataset.Datasets;
import io.penstock.registry.loggedmodel.LoggedModelMetrics;
import io.penstock.registry.metric.MetricRepository;
import io.penstock.registry.metric.RunPoint;
import io.penstock.registry.metric.SettledMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// Writes what concurrent calls log: the runs are locked first, in one order, and everything below
/// a run is written under its lock, so nobody waits for anybody in a circle. One statement a table,
/// whatever the number of calls and entries.
final class LogWork implements CombinedWork<LogRequest, LogOutcome> {

  @Override
  public List<LogOutcome> apply(Handle handle, List<Part<LogRequest>> parts, Attempt attempt) {
    var requests = parts.stream().map(Part::request).toList();
    var runs = hold(handle, requests);
    var plan = new LogPlan(runs, storedParams(handle, runs, requests), datasets(handle, requests));
    var outcomes = requests.stream().map(plan::add).toList();
    write(handle, plan, attempt);
    for (int i = 0; i < parts.size(); i++) {
      audit(parts.get(i), outcomes.get(i), runs);
    }
    return outcomes;
  }

  private static Map<String, RunRepository.Row> hold(Handle handle, List<LogRequest> requests) {
    var ids = requests.stream().map(LogRequest::run).collect(toSet());
    return RunRepository.hold(handle, ids).stream()
        .collect(toMap(row -> row.name().run(), Function.identity()));
  }

  private static Map<RunKey, String> storedParams(
      Handle handle, Map<String, RunRepository.Row> runs, List<LogRequest> requests) {
    var keys = new ArrayList<RunKey>();
    for (var request : requests) {
      var run = runs.get(request.run());
      if (run != null) {
        request.entries().params().keySet().forEach(key -> keys.add(new RunKey(run.id(), key)));
      }
    }
    return keys.isEmpty() ? Map.of() : RunEntryRepository.params(handle, keys);
  }

  private static Set<DatasetName> datasets(Handle handle, List<LogRequest> requests) {
    var named =
        requests.stream()
            .flatMap(request -> request.entries().inputs().stream())
            .map(RunInput::dataset)
            .collect(toSet());
    return named.isEmpty() ? Set.of() : Datasets.existing(handle, named);
  }

  private static void write(Handle handle, LogPlan plan, Attempt attempt) {
    RunEntryRepository.addParams(handle, plan.params());
    RunEntryRepository.putTags(handle, plan.tags());
    RunRepository.rename(handle, plan.names());
    plan.inputs().forEach((run, inputs) -> RunEntryRepository.addInputs(handle, run, inputs));
    plan.modelMetrics().forEach((run, points) -> LoggedModelMetrics.add(handle, run, points));
    if (!plan.points().isEmpty()) {
      writePoints(handle, RunPoint.history(plan.points()), plan.settled(), attempt);
    }
    SettledMetrics.note(handle, plan.settled());
  }

  // Points that are there already are rare: repeated calls. Looking out for them costs nearly as
  // much as the insert, so only a second attempt does.
  private static void writePoints(
      Handle handle, List<RunPoint> history, Set<Long> settled, Attempt attempt) {
    if (attempt == Attempt.FIRST) {
      MetricRepository.add(handle, history);
    } else {
      MetricRepository.addMissing(handle, history);
    }
    var latest = RunPoint.latest(history);
    var late = latest.stream().filter(point -> settled.contains(point.run())).toList();
    SettledMetrics.remove(handle, late);
    MetricRepository.raiseLatest(handle, latest);
    SettledMetrics.add(handle, late);
  }

  private static void audit(
      Part<LogRequest> part, LogOutcome outcome, Map<String, RunRepository.Row> runs) {
    var request = part.request();
    var run = runs.get(request.run());
    if (request.terms() != LogRequest.Terms.NATIVE
        || !(outcome instanceof LogOutcome.Logged)
        || run == null) {
      return;
    }
    var facts = new HashMap<String, String>();
    facts.put("params", String.join(", ", request.entries().params().keySet()));
    facts.put("metric_points", String.valueOf(request.entries().metrics().size()));
    facts.put("tags", String.join(", ", request.entries().tags().keySet()));
    facts.put("inputs", request.entries().inputs().toString());
    part.change().audit(run.name().toString(), facts);
  }
}
