package io.penstock.registry.lifecycle;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.version.VersionName;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Enforces the dates of retirements. Replicas may all try: whoever comes second finds it done.
@Singleton
final class RetirementDates {

  private static final Logger log = LoggerFactory.getLogger(RetirementDates.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private final Retirements retirements;
  private final LifecycleConfig config;
  private final Clock clock;
  private @Nullable BackgroundLoop loop;

  RetirementDates(Retirements retirements, LifecycleConfig config, Clock clock) {
    this.retirements = retirements;
    this.config = config;
    this.clock = clock;
  }

  @EventListener
  void start(ServiceStarted started) {
    loop = BackgroundLoop.start("retirement-dates", BACKOFF, this::round);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    if (loop != null) {
      loop.close();
    }
  }

  private Duration round() {
    enforceAll();
    return config.retirementInterval();
  }

  void enforceAll() {
    retirements.overdue(clock.instant()).forEach(this::enforce);
  }

  private void enforce(VersionName version) {
    try {
      log.info("{} is past its retirement, its stage is {}", version, retirements.enforce(version));
    } catch (FailureException gone) {
      log.debug("{} went meanwhile: {}", version, gone.failure());
    }
  }
}
