package io.penstock.registry.release;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.release.ReleaseCommand.RollBack;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rolls back canaries that stayed undecided for longer than their criteria allow. Replicas may all
/// try: the release moves on once, and the others find it at another revision.
@Singleton
final class CanaryTimeouts {

  private static final Logger log = LoggerFactory.getLogger(CanaryTimeouts.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final String REGISTRY = "registry-service";

  private final Jdbi jdbi;
  private final Releases releases;
  private final ReleaseConfig config;
  private final Clock clock;
  private @Nullable BackgroundLoop loop;

  CanaryTimeouts(Jdbi jdbi, Releases releases, ReleaseConfig config, Clock clock) {
    this.jdbi = jdbi;
    this.releases = releases;
    this.config = config;
    this.clock = clock;
  }

  @EventListener
  void start(ServiceStarted started) {
    loop = BackgroundLoop.start("canary-timeouts", BACKOFF, this::round);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    if (loop != null) {
      loop.close();
    }
  }

  private Duration round() {
    rollBackOverdue();
    return config.timeoutInterval();
  }

  void rollBackOverdue() {
    var overdue = jdbi.withHandle(handle -> ReleaseRepository.overdue(handle, clock.instant()));
    overdue.forEach(this::rollBack);
  }

  private void rollBack(Release release) {
    var timeout = release.canary().flatMap(canary -> canary.criteria().timeout());
    var reason = "undecided after " + timeout.map(Duration::toString).orElse("its time");
    try {
      releases.change(release.model(), release.revision(), new RollBack(reason), REGISTRY);
      log.info("{}: canary rolled back, {}", release.name(), reason);
    } catch (FailureException movedOn) {
      log.debug("{} was decided meanwhile: {}", release.name(), movedOn.failure());
    }
  }
}
