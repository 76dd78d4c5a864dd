package io.penstock.registry.benchmark;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.release.Releases;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks for the runs that schedules want, and ends those that no evaluator ends. Replicas share the
/// work: each passes over what another one holds.
@Singleton
final class BenchmarkSchedule {

  private static final Logger log = LoggerFactory.getLogger(BenchmarkSchedule.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final String REGISTRY = "registry";
  private static final int AT_ONCE = 20;

  private final Changes changes;
  private final BenchmarkConfig config;
  private @Nullable BackgroundLoop loop;

  BenchmarkSchedule(Changes changes, BenchmarkConfig config) {
    this.changes = changes;
    this.config = config;
  }

  @EventListener
  void start(ServiceStarted started) {
    loop = BackgroundLoop.start("benchmark-schedule", BACKOFF, this::round);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    if (loop != null) {
      loop.close();
    }
  }

  private Duration round() {
    int worked = changes.commit(this::askDue) + changes.commit(this::failAbandoned);
    return worked < AT_ONCE ? config.checkInterval() : Duration.ZERO;
  }

  // What was missed while the registry was down is not made up for.
  private int askDue(Change change) {
    var due = SuiteRepository.lockDue(change.handle(), change.time(), AT_ONCE);
    for (var suite : due) {
      var next = change.time().plus(suite.interval().orElse(Duration.ofDays(1)));
      SuiteRepository.setNext(change.handle(), suite.name(), next);
      measured(change, suite).forEach(version -> ask(change, suite, version));
    }
    return due.size();
  }

  private static Stream<ModelVersion> measured(Change change, Suite suite) {
    var model = suite.name().model();
    return Stream.concat(
            Releases.primaryOf(change.handle(), model).stream(),
            VersionRepository.newestServable(change.handle(), model).stream())
        .distinct();
  }

  private static void ask(Change change, Suite suite, ModelVersion version) {
    try {
      var run = Measurements.ask(change, suite, version, REGISTRY);
      log.info("{} waits for an evaluator to measure {}", run.name(), version.name());
    } catch (FailureException unfit) {
      log.info("{} does not measure {}: {}", suite.name(), version.name(), unfit.failure());
    }
  }

  private int failAbandoned(Change change) {
    var before = change.time().minus(config.evaluationTimeout());
    var abandoned =
        ClaimRepository.lockAbandoned(
            change.handle(), before, change.time(), config.attempts(), AT_ONCE);
    for (var each : abandoned) {
      Measurements.fail(change, each, REGISTRY);
      log.warn("{} failed: {}", each.run().name(), each.error());
    }
    return abandoned.size();
  }
}
