package io.penstock.registry.release;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The newest revisions, in memory, for any number of followers. One loop reads the table, at once
/// when this process commits and at intervals for what other replicas commit; followers wait here
/// and go to the database only to catch up.
@Singleton
final class ReleaseFeed {

  private static final int TAIL = 256;
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  private final Jdbi jdbi;
  private final ReleaseConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private Tail tail = new Tail(0, List.of());
  private volatile @Nullable BackgroundLoop loop;

  /// What came after a revision, in order and without a gap.
  private record Tail(long after, List<Release> releases) {

    long last() {
      return releases.isEmpty() ? after : releases.getLast().revision();
    }

    Tail plus(List<Release> more) {
      var all = new ArrayList<>(releases);
      all.addAll(more);
      int dropped = Math.max(0, all.size() - TAIL);
      long start = dropped == 0 ? after : all.get(dropped - 1).revision();
      return new Tail(start, List.copyOf(all.subList(dropped, all.size())));
    }

    List<Release> from(long revision) {
      return releases.stream().filter(release -> release.revision() > revision).toList();
    }
  }

  ReleaseFeed(Jdbi jdbi, ReleaseConfig config) {
    this.jdbi = jdbi;
    this.config = config;
  }

  @EventListener
  void start(ServiceStarted started) {
    loop = BackgroundLoop.start("release-feed", BACKOFF, this::refresh);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    var running = loop;
    if (running != null) {
      running.close();
    }
  }

  /// Says that this process has committed a change.
  void wake() {
    var running = loop;
    if (running != null) {
      running.wake();
    }
  }

  /// The revisions after one, in order; waits until there is at least one.
  List<Release> awaitAfter(long revision) throws InterruptedException {
    var known = await(revision);
    return known.after() <= revision
        ? known.from(revision)
        : jdbi.withHandle(handle -> ReleaseRepository.revisionsAfter(handle, revision, TAIL));
  }

  private Tail await(long revision) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (tail.last() <= revision) {
        grown.await();
      }
      return tail;
    } finally {
      lock.unlock();
    }
  }

  private Duration refresh() {
    long last = last();
    var more =
        last == 0
            ? List.<Release>of()
            : jdbi.withHandle(handle -> ReleaseRepository.revisionsAfter(handle, last, TAIL));
    if (last == 0) {
      begin(jdbi.withHandle(ReleaseRepository::lastRevision));
    } else if (!more.isEmpty()) {
      append(more);
    }
    return more.size() == TAIL ? Duration.ZERO : config.pollInterval();
  }

  private long last() {
    lock.lock();
    try {
      return tail.last();
    } finally {
      lock.unlock();
    }
  }

  // The past is in the database; followers that need it read it there.
  private void begin(long revision) {
    replace(new Tail(revision, List.of()));
  }

  private void append(List<Release> more) {
    lock.lock();
    try {
      replace(tail.plus(more));
    } finally {
      lock.unlock();
    }
  }

  private void replace(Tail next) {
    lock.lock();
    try {
      tail = next;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
