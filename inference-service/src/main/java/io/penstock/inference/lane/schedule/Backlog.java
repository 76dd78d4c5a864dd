package io.penstock.inference.lane.schedule;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What waits for one version: requests by level of priority, shadow copies apart.
final class Backlog<T extends Waiting> {

  private final LaneSettings settings;
  private final List<DeadlineQueue<T>> levels;
  private final DeadlineQueue<T> shadows = new DeadlineQueue<>();
  // In order of arrival, with some that are gone: they are passed over when their turn comes.
  private final ArrayDeque<T> arrivals = new ArrayDeque<>();
  private long arrived;
  private long bytes;
  private long shadowBytes;
  private int size;
  private int rows;

  Backlog(LaneSettings settings) {
    this.settings = settings;
    this.levels = Stream.generate(DeadlineQueue<T>::new).limit(settings.levels()).toList();
  }

  /// What limit keeps a job out; null where it fits. A job larger than all memory still fits into
  /// an empty queue.
  @Nullable String limitAgainst(T job) {
    return job.isShadow()
        ? limit(
            job, shadows.size(), settings.shadowRequests(), shadowBytes, settings.queueBytes() / 4)
        : limit(job, size, settings.queueRequests(), bytes, settings.queueBytes());
  }

  private @Nullable String limit(T job, int queued, int most, long held, long mostBytes) {
    if (queued >= most) {
      return most + " requests";
    }
    return held + job.bytes() > mostBytes && queued > 0 ? mostBytes + " bytes" : null;
  }

  void add(T job, long now) {
    job.number = arrived++;
    if (job.isShadow()) {
      shadows.add(job, now);
      shadowBytes += job.bytes();
      return;
    }
    levels.get(levelOf(job)).add(job, now);
    arrivals.add(job);
    size++;
    rows += job.rows();
    bytes += job.bytes();
  }

  boolean remove(T job) {
    if (job.isShadow()) {
      return removeShadow(job);
    }
    if (!levels.get(levelOf(job)).remove(job)) {
      return false;
    }
    size--;
    rows -= job.rows();
    bytes -= job.bytes();
    dropTheGone();
    return true;
  }

  private boolean removeShadow(T job) {
    if (!shadows.remove(job)) {
      return false;
    }
    shadowBytes -= job.bytes();
    return true;
  }

  private void dropTheGone() {
    while (!arrivals.isEmpty() && isGone(arrivals.getFirst())) {
      arrivals.removeFirst();
    }
    if (arrivals.size() > 2 * size + 64) {
      arrivals.removeIf(Backlog::isGone);
    }
  }

  private static boolean isGone(Waiting job) {
    return job.place == Waiting.NOWHERE;
  }

  int levelOf(T job) {
    return settings.levelOf(job.priority());
  }

  /// The request that has waited longest.
  @Nullable T oldest() {
    return arrivals.peekFirst();
  }

  /// The most urgent request: of the highest level, the earliest deadline.
  @Nullable T first() {
    for (int i = 0; i < levels.size(); i++) {
      if (!levels.get(i).isEmpty()) {
        return levels.get(i).first();
      }
    }
    return null;
  }

  /// The most urgent request that can run with those of a key.
  @Nullable T firstOf(Object key) {
    for (int i = 0; i < levels.size(); i++) {
      var first = levels.get(i).isEmpty() ? null : levels.get(i).firstOf(key);
      if (first != null) {
        return first;
      }
    }
    return null;
  }

  /// Rows that would be run before a newcomer.
  int rowsBefore(T newcomer) {
    int level = levelOf(newcomer);
    int before = levels.get(level).demand().before(newcomer.deadline());
    for (int i = 0; i < level; i++) {
      before += levels.get(i).rows();
    }
    return before;
  }

  /// Whether the check holds for all of the newcomer's level that it would stand before. Lower
  /// levels have to put up with it.
  boolean spares(T newcomer, Demand.Check check) {
    int level = levelOf(newcomer);
    int above = 0;
    for (int i = 0; i < level; i++) {
      above += levels.get(i).rows();
    }
    return levels.get(level).demand().spares(newcomer.deadline(), above + newcomer.rows(), check);
  }

  DeadlineQueue<T> shadows() {
    return shadows;
  }

  /// Takes out everything whose deadline has come.
  void expire(long now, Consumer<T> late) {
    if (size > 0) {
      for (int i = 0; i < levels.size(); i++) {
        expire(levels.get(i), now, late);
      }
    }
    expire(shadows, now, late);
  }

  private void expire(DeadlineQueue<T> queue, long now, Consumer<T> late) {
    if (queue.isEmpty()) {
      return;
    }
    for (var first = queue.first();
        first != null && first.deadline() - now <= 0;
        first = queue.first()) {
      remove(first);
      late.accept(first);
    }
  }

  /// Takes out everything.
  void clear(Consumer<T> rest) {
    for (var first = first(); first != null; first = first()) {
      remove(first);
      rest.accept(first);
    }
    for (var first = shadows.first(); first != null; first = shadows.first()) {
      remove(first);
      rest.accept(first);
    }
  }

  /// Requests that wait; shadow copies do not count.
  int size() {
    return size;
  }

  /// Rows of the requests that wait; shadow copies do not count.
  int rows() {
    return rows;
  }
}
