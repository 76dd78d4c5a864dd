package io.penstock.kit.events;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One topic in memory: a bounded list of events, and what each group has finished.
final class InMemoryTopic {

  private static final int CAPACITY = 200_000;

  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayList<StoredEvent> events = new ArrayList<>();
  private final Map<String, Long> committed = new HashMap<>();
  private final Set<String> held = new HashSet<>();
  private long nextOffset;

  InMemoryTopic(String name) {
    this.name = name;
  }

  void append(List<Event> added) {
    lock.lock();
    try {
      makeRoom(added.size());
      added.forEach(event -> events.add(new StoredEvent(nextOffset++, 0, event)));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void makeRoom(int needed) {
    if (events.size() + needed > CAPACITY) {
      long finished = committed.values().stream().mapToLong(Long::longValue).min().orElse(0);
      events.subList(0, index(finished)).clear();
    }
    if (events.size() + needed > CAPACITY) {
      throw new FailureException(
          new KitFailure.DependencyUnavailable(
              "event log", name + " holds " + events.size() + " unread events, no more fit"));
    }
  }

  // Offsets have no gaps, so the place in the list follows from the first one kept.
  private int index(long offset) {
    long first = nextOffset - events.size();
    return Math.toIntExact(Math.max(0, offset - first));
  }

  /// The next events of a group, or none if nothing came within the wait.
  List<StoredEvent> await(String group, Duration wait) throws InterruptedException {
    lock.lock();
    try {
      if (committed(group) >= nextOffset) {
        boolean _ = changed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
      }
      int from = index(committed(group));
      return List.copyOf(
          events.subList(from, Math.min(events.size(), from + EventBatches.MAX_EVENTS)));
    } finally {
      lock.unlock();
    }
  }

  void commit(String group, long next) {
    lock.lock();
    try {
      committed.put(group, next);
    } finally {
      lock.unlock();
    }
  }

  /// Makes the caller the one active consumer of the group, if there is none.
  boolean hold(String group) {
    lock.lock();
    try {
      committed.putIfAbsent(group, 0L);
      return held.add(group);
    } finally {
      lock.unlock();
    }
  }

  void release(String group) {
    lock.lock();
    try {
      held.remove(group);
    } finally {
      lock.unlock();
    }
  }

  long lag(String group) {
    lock.lock();
    try {
      return nextOffset - committed(group);
    } finally {
      lock.unlock();
    }
  }

  private long committed(String group) {
    return committed.getOrDefault(group, 0L);
  }
}
