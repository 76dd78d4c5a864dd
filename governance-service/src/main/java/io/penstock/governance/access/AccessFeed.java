package io.penstock.governance.access;

import io.micronaut.core.annotation.Order;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.governance.GovernanceConfig;
import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.access.AccessSnapshot;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.kit.service.StartupStep;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/// The current state of access in memory: what this service decides by, and what the watching
/// services are sent.
///
/// A change made here is seen at once; one made at another replica with the next poll.
@Singleton
@Order(AccessFeed.AFTER_DATABASE)
final class AccessFeed implements AccessDirectory, StartupStep {

  static final int AFTER_DATABASE = 50;

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
  private static final AccessState NOTHING_READ =
      new AccessState(0, List.of(), List.of(), List.of());

  private record Known(AccessState state, AccessSnapshot snapshot) {}

  private final Jdbi jdbi;
  private final Clock clock;
  private final Duration poll;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Known known = new Known(NOTHING_READ, AccessSnapshot.builtIn());
  private @Nullable BackgroundLoop polling;

  AccessFeed(Jdbi jdbi, Clock clock, GovernanceConfig config) {
    this.jdbi = jdbi;
    this.clock = clock;
    this.poll = config.accessPoll();
  }

  @Override
  public String name() {
    return "access state";
  }

  @Override
  public void run() {
    refresh();
  }

  @Override
  public AccessSnapshot snapshot() {
    return known.snapshot();
  }

  /// Waits for a state newer than the given revision.
  AccessState awaitAfter(long revision) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (known.state().revision() <= revision) {
        changed.await();
      }
      return known.state();
    } finally {
      lock.unlock();
    }
  }

  /// Reads the state again if it changed.
  void refresh() {
    lock.lock();
    try {
      long revision = jdbi.withHandle(handle -> new AccessRepository(handle).revision());
      if (revision != known.state().revision()) {
        AccessState state = read();
        known = new Known(state, state.toSnapshot());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private AccessState read() {
    return jdbi.inTransaction(
        TransactionIsolationLevel.REPEATABLE_READ,
        handle -> new AccessRepository(handle).state(clock.instant()));
  }

  @EventListener
  synchronized void started(ServiceStarted event) {
    polling = BackgroundLoop.start("access-feed", BACKOFF, this::poll);
  }

  @EventListener
  synchronized void stopping(ServiceStopping event) {
    if (polling != null) {
      polling.close();
    }
  }

  private Duration poll() {
    refresh();
    return poll;
  }
}
