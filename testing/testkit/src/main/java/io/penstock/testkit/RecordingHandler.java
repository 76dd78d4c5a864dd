package io.penstock.testkit;

import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Remembers what a subscription delivers.
public final class RecordingHandler implements EventHandler {

  private final List<StoredEvent> stored = new ArrayList<>();
  private final Set<String> ids = new LinkedHashSet<>();

  @Override
  public synchronized void handle(List<StoredEvent> batch) {
    stored.addAll(batch);
    batch.forEach(one -> ids.add(one.event().id()));
    notifyAll();
  }

  /// All deliveries so far, repeated ones included.
  public synchronized List<StoredEvent> stored() {
    return List.copyOf(stored);
  }

  /// Ids in the order of their first delivery.
  public synchronized List<String> ids() {
    return List.copyOf(ids);
  }

  /// Waits until that many different events have come.
  public synchronized List<String> awaitIds(int count, Duration within)
      throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (ids.size() < count) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError(
            "%d of %d events came within %s".formatted(ids.size(), count, within));
      }
      wait(left);
    }
    return List.copyOf(ids);
  }
}
