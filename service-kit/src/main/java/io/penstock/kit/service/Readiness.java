package io.penstock.kit.service;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.BeanContext;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a service can serve now, and what it waits for if not. Looks at every `ReadinessCheck`,
/// logs each change, and tells `grpc.health.v1`.
@Singleton
public final class Readiness implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Readiness.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));
  private static final Duration WHILE_WAITING = Duration.ofMillis(100);
  private static final Duration WHILE_READY = Duration.ofSeconds(1);

  private final ServiceName service;
  private final BeanContext beans;
  private final HealthStatusManager health;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile List<String> waitingFor = List.of("its start");
  private volatile boolean stopping;
  private @Nullable BackgroundLoop loop;

  Readiness(ServiceName service, BeanContext beans, HealthStatusManager health) {
    this.service = service;
    this.beans = beans;
    this.health = health;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
  }

  public boolean ready() {
    return waitingFor.isEmpty() && !stopping;
  }

  /// What is missing, one line each; empty when ready.
  public List<String> waitingFor() {
    return stopping ? List.of("its end") : waitingFor;
  }

  /// Waits until ready.
  ///
  /// @return false when the time passed first
  public boolean await(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (!ready() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return ready();
    } finally {
      lock.unlock();
    }
  }

  /// Says what the start waits for now.
  void starting(String step) {
    update(List.of(step));
  }

  /// Begins to look at the checks; from here on the service may become ready.
  void begin() {
    var checks = beans.getBeansOfType(ReadinessCheck.class);
    loop = BackgroundLoop.start("readiness of " + service, BACKOFF, () -> look(checks));
  }

  /// From here on the service is not ready, for good.
  void stop() {
    stopping = true;
    health.enterTerminalState();
    close();
  }

  @Override
  public void close() {
    if (loop != null) {
      loop.close();
    }
  }

  private Duration look(Collection<ReadinessCheck> checks) {
    update(
        checks.stream()
            .flatMap(check -> check.waitingFor().map(what -> check.name() + ": " + what).stream())
            .sorted()
            .toList());
    return waitingFor.isEmpty() ? WHILE_READY : WHILE_WAITING;
  }

  private void update(List<String> now) {
    if (now.equals(waitingFor)) {
      return;
    }
    lock.lock();
    try {
      waitingFor = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tell(now);
  }

  private void tell(List<String> now) {
    if (now.isEmpty()) {
      log.info("{} is ready", service);
    } else {
      log.info("{} waits for {}", service, String.join("; ", now));
    }
    health.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        now.isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }
}
