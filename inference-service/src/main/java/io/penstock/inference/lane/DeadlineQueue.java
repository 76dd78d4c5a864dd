package io.penstock.inference.lane;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A bounded queue, earliest deadline first, in which what cannot run together stands in lines of
/// its own.
final class DeadlineQueue<T extends Waiting> {

  // Ticks may overflow, so they are subtracted rather than compared. The number breaks ties by
  // arrival.
  private record Place<T extends Waiting>(T job, long number) {
    static <T extends Waiting> int compare(Place<T> one, Place<T> other) {
      long difference = one.job.deadline() - other.job.deadline();
      return difference == 0 ? Long.compare(one.number, other.number) : difference < 0 ? -1 : 1;
    }
  }

  private final int maxJobs;
  private final long maxBytes;
  private final Map<Object, TreeSet<Place<T>>> lines = new HashMap<>();
  private final Map<T, Place<T>> places = new IdentityHashMap<>();
  private long arrivals;
  private long bytes;
  private int rows;

  DeadlineQueue(int maxJobs, long maxBytes) {
    this.maxJobs = maxJobs;
    this.maxBytes = maxBytes;
  }

  /// What limit keeps the job out; empty where it fits. A job larger than all memory still fits
  /// into an empty queue.
  Optional<String> limitAgainst(T job) {
    if (places.size() >= maxJobs) {
      return Optional.of(maxJobs + " requests");
    }
    boolean tooLarge = bytes + job.bytes() > maxBytes && !places.isEmpty();
    return tooLarge ? Optional.of(maxBytes + " bytes") : Optional.empty();
  }

  void add(T job) {
    var place = new Place<>(job, arrivals++);
    lines.computeIfAbsent(job.batchKey(), _ -> new TreeSet<>(Place::compare)).add(place);
    places.put(job, place);
    bytes += job.bytes();
    rows += job.rows();
  }

  boolean remove(T job) {
    var place = places.remove(job);
    if (place == null) {
      return false;
    }
    var line = lines.get(job.batchKey());
    if (line != null && line.remove(place) && line.isEmpty()) {
      lines.remove(job.batchKey());
    }
    bytes -= job.bytes();
    rows -= job.rows();
    return true;
  }

  /// Takes out everything whose deadline has come.
  List<T> removeExpired(long now) {
    var expired = new ArrayList<T>();
    for (var first = first(); first != null && first.deadline() - now <= 0; first = first()) {
      remove(first);
      expired.add(first);
    }
    return expired;
  }

  /// Takes the most urgent job and, in order of urgency, what can run with it, up to a number of
  /// rows. The first job is taken however large it is; one that no longer fits ends the batch,
  /// because to pass it over could starve it.
  List<T> removeBatch(int maxRows) {
    var batch = new ArrayList<T>();
    var first = first();
    if (first == null) {
      return batch;
    }
    int left = maxRows;
    for (var next = first; next != null && (batch.isEmpty() || next.rows() <= left); ) {
      remove(next);
      batch.add(next);
      left -= next.rows();
      next = firstOf(first.batchKey());
    }
    return batch;
  }

  /// The most urgent job.
  @Nullable T first() {
    return lines.values().stream()
        .map(TreeSet::first)
        .min(Comparator.comparing(place -> place, Place::compare))
        .map(Place::job)
        .orElse(null);
  }

  private @Nullable T firstOf(Object key) {
    var line = lines.get(key);
    return line == null ? null : line.first().job();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  int size() {
    return places.size();
  }

  int rows() {
    return rows;
  }
}
