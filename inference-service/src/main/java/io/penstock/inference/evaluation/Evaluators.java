package io.penstock.inference.evaluation;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.inference.release.ReleaseSource;
import io.penstock.inference.release.ReleaseSources;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.kit.service.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The evaluators of this server: as many as it may evaluate runs at a time, from its start to its
/// stop. What they have in hand then goes back to the registry.
@Singleton
final class Evaluators implements AutoCloseable {

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));

  private final EvaluationConfig config;
  private final ReleaseSources sources;
  private final List<Evaluator> evaluators = new ArrayList<>();
  private final List<BackgroundLoop> loops = new ArrayList<>();

  Evaluators(
      EvaluationConfig config,
      ReleaseSources sources,
      BenchmarkClient registry,
      Evaluations evaluations,
      Ticker ticker) {
    this.config = config;
    this.sources = sources;
    for (int i = 0; i < config.concurrency(); i++) {
      evaluators.add(new Evaluator(registry, evaluations, config, ticker));
    }
  }

  @EventListener
  synchronized void on(ServiceStarted started) {
    if (config.enabled() && sources.has(ReleaseSource.REGISTRY)) {
      evaluators.forEach(
          evaluator ->
              loops.add(BackgroundLoop.start("benchmark evaluator", BACKOFF, evaluator::round)));
    }
  }

  @EventListener
  void on(ServiceStopping stopping) {
    close();
  }

  @Override
  @PreDestroy
  public synchronized void close() {
    evaluators.forEach(Evaluator::stop);
    loops.forEach(BackgroundLoop::close);
    loops.clear();
  }
}
