package io.penstock.inference.ensemble;

import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.RunListener;
import io.penstock.inference.serving.VersionName;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Answers requests by a graph of other models. Has neither queue nor threads: those are its
/// steps', where steps of different requests meet in batches.
final class EnsembleEngine implements Engine {

  private final VersionName name;
  private final Plan plan;
  private final LoadedModels models;
  private final Parts parts;
  private final StepFailures failures;
  private final Ticker ticker;
  private final RunListener listener;
  // Jobs are told apart by identity.
  private final Map<Job, EnsembleRun> runs = new ConcurrentHashMap<>();

  EnsembleEngine(
      VersionName name,
      Plan plan,
      LoadedModels models,
      Parts parts,
      StepFailures failures,
      Ticker ticker,
      RunListener listener) {
    this.name = name;
    this.plan = plan;
    this.models = models;
    this.parts = parts;
    this.failures = failures;
    this.ticker = ticker;
    this.listener = listener;
  }

  @Override
  public void submit(Job job) {
    long now = ticker.nanos();
    if (job.deadline() - now <= 0) {
      throw new FailureException(new DeadlinePassed(name.toString(), "before the first step"));
    }
    var run = new EnsembleRun(this, plan, job, now);
    runs.put(job, run);
    run.start();
  }

  @Override
  public void cancel(Job job) {
    var run = runs.get(job);
    if (run != null) {
      run.cancel();
    }
  }

  void ended(Job job) {
    runs.remove(job);
  }

  @Override
  public int queuedRows() {
    return 0;
  }

  @Override
  public Optional<String> missing() {
    var problems = problems();
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  /// What does not fit between the graph and the models that are served now.
  List<String> problems() {
    return GraphCheck.problems(name.model(), plan.graph(), models);
  }

  String version() {
    return name.toString();
  }

  Parts parts() {
    return parts;
  }

  StepFailures failures() {
    return failures;
  }

  Ticker ticker() {
    return ticker;
  }

  RunListener listener() {
    return listener;
  }

  /// Runs that are under way.
  int running() {
    return runs.size();
  }

  @Override
  public void close() {
    // Its steps close with their own versions.
  }
}
