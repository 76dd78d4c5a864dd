package io.penstock.inference.lane.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What waits at one level of urgency, earliest deadline first. What cannot run together stands in
/// lines of its own.
final class DeadlineQueue<T extends Waiting> {

  private static final class Line<T extends Waiting> {
    private final Object key;
    private final DeadlineHeap<T> heap = new DeadlineHeap<>();

    Line(Object key) {
      this.key = key;
    }
  }

  private final List<Line<T>> lines = new ArrayList<>();
  private final Map<Object, Line<T>> byKey = new HashMap<>();
  private final Demand demand = new Demand();
  // Most models have one key, and bursts of one length are usual for the others.
  private @Nullable Line<T> latest;
  private int size;
  private int rows;

  void add(T job, long now) {
    if (demand.isStale(now)) {
      recount(now);
    }
    lineOf(job.batchKey()).heap.add(job);
    demand.add(job);
    size++;
    rows += job.rows();
  }

  private Line<T> lineOf(Object key) {
    var line = latest;
    if (line == null || !line.key.equals(key)) {
      line = byKey.computeIfAbsent(key, this::newLine);
      latest = line;
    }
    return line;
  }

  private Line<T> newLine(Object key) {
    var line = new Line<T>(key);
    lines.add(line);
    return line;
  }

  private void recount(long now) {
    demand.restart(now);
    for (var line : lines) {
      for (int i = 0; i < line.heap.size(); i++) {
        demand.add(line.heap.get(i));
      }
    }
  }

  /// Takes a job out; false where it does not stand here.
  boolean remove(T job) {
    var line = latest != null && latest.key.equals(job.batchKey()) ? latest : find(job);
    if (line == null || !line.heap.holds(job)) {
      return false;
    }
    line.heap.remove(job);
    demand.remove(job);
    size--;
    rows -= job.rows();
    // One empty line may stay: most models never have another.
    if (line.heap.isEmpty() && lines.size() > 1) {
      forget(line);
    }
    return true;
  }

  private @Nullable Line<T> find(T job) {
    return byKey.get(job.batchKey());
  }

  private void forget(Line<T> line) {
    lines.remove(line);
    byKey.remove(line.key);
    latest = null;
  }

  /// The most urgent job.
  @Nullable T first() {
    T first = null;
    for (var line : lines) {
      var candidate = line.heap.first();
      if (candidate != null && (first == null || candidate.isBefore(first))) {
        first = candidate;
      }
    }
    return first;
  }

  /// The most urgent job of a key.
  @Nullable T firstOf(Object key) {
    var line = latest != null && latest.key.equals(key) ? latest : byKey.get(key);
    return line == null ? null : line.heap.first();
  }

  Demand demand() {
    return demand;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  int rows() {
    return rows;
  }
}
