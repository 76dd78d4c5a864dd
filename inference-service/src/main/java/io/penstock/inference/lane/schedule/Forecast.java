package io.penstock.inference.lane.schedule;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When a newcomer would be answered: what is running, what stands before it in its own lane, and
/// what other lanes may put in between, all of it by the learned run times.
final class Forecast<T extends Waiting> {

  // The longer the wait, the less is sure of it. A queue of two thirds of the time keeps the
  // runners
  // as busy as one of all of it, and its requests are not all on the brink.
  private static final double DOUBT = 0.35;

  private final int runners;
  private final List<Run<T>> running;
  private final List<LaneQueue<T>> active;
  private final double fairness;
  // When each runner is free, in nanoseconds from now.
  private final long[] free;

  Forecast(int runners, List<Run<T>> running, List<LaneQueue<T>> active, double fairness) {
    this.runners = runners;
    this.running = running;
    this.active = active;
    this.fairness = fairness;
    this.free = new long[runners];
  }

  /// Nanoseconds from now until a newcomer is answered; it is not in the queue yet.
  long expected(LaneQueue<T> lane, T newcomer, long now) {
    var times = lane.times();
    int batch = lane.usualBatch();
    int before = lane.backlog().rowsBefore(newcomer);
    // What is left of the last full batch runs together with the newcomer.
    int last = Math.min(Math.max(batch, newcomer.rows()), before % batch + newcomer.rows());
    long own = (before / batch) * times.mean(batch);
    long start = start(lane, newcomer, own, own + times.mean(last), now);
    if (start == 0) {
      return times.typical(newcomer.rows());
    }
    long available = newcomer.deadline() - now;
    // Whoever has only time for a small batch when its turn comes makes the runs short and the rows
    // dear, and all behind it late. So each is let in only with time for a batch of the usual size.
    int rows = Math.max(last, batch);
    return start
        + (long) (DOUBT * start)
        + reserve(times, rows, available)
        + Math.min(lane.margin().nanos(), available / 4);
  }

  // The slow runs are reckoned with, as long as they leave half of the time: who has less cannot be
  // promised more than that it usually works.
  private static long reserve(RunTimes times, int rows, long available) {
    return Math.min(times.late(rows), Math.max(times.mean(rows), available / 2));
  }

  private long start(LaneQueue<T> lane, T newcomer, long own, long withItself, long now) {
    long work = own + competing(lane, newcomer, withItself, now);
    long chunk = Math.max(1, lane.times().mean(lane.usualBatch()));
    long start = firstFree(runners, work, chunk, remaining(null, now));
    int limit = lane.settings().runners();
    return limit >= runners
        ? start
        : Math.max(start, firstFree(limit, own, chunk, remaining(lane, now)));
  }

  /// Device time that other lanes get before the newcomer's turn. A lane whose requests are more
  /// urgent may be ahead of this one by the fairness bound; one whose are less urgent, only once
  /// this one is ahead of it by as much.
  private long competing(LaneQueue<T> lane, T newcomer, long own, long now) {
    long urgency = newcomer.deadline() - lane.times().typical(newcomer.rows());
    double level = lane.served + own / lane.settings().weight();
    double sum = 0;
    for (int i = 0; i < active.size(); i++) {
      var other = active.get(i);
      var head = other == lane ? null : other.head(now);
      if (head != null) {
        boolean first = head.deadline() - other.times().typical(head.rows()) - urgency < 0;
        double ahead = level + (first ? fairness : -fairness) - other.served;
        sum += Math.clamp(ahead * other.settings().weight(), 0, (double) other.work());
      }
    }
    return (long) sum;
  }

  // How many runs there are, with when they end in `free`; of one lane or of all.
  private int remaining(@Nullable LaneQueue<T> lane, long now) {
    int count = 0;
    for (int i = 0; i < running.size(); i++) {
      var run = running.get(i);
      if (lane == null || run.lane() == lane) {
        free[count++] = run.remaining(now);
      }
    }
    return count;
  }

  // Gives the work to whichever runner is free first, in pieces; whole rounds at once.
  private long firstFree(int count, long work, long chunk, int busy) {
    Arrays.fill(free, Math.min(busy, count), count, 0);
    long rounds = work / chunk / count;
    for (long left = work - rounds * count * chunk; left > 0; left -= chunk) {
      free[firstFree(count)] += Math.min(left, chunk);
    }
    return rounds * chunk + free[firstFree(count)];
  }

  private int firstFree(int count) {
    int first = 0;
    for (int i = 1; i < count; i++) {
      if (free[i] < free[first]) {
        first = i;
      }
    }
    return first;
  }

  /// Whether everybody that was let in before would still be in time.
  boolean spares(LaneQueue<T> lane, T newcomer, long now) {
    var times = lane.times();
    int batch = lane.usualBatch();
    int parallel = Math.min(runners, lane.settings().runners());
    long begin = start(lane, newcomer, 0, 0, now);
    long one = times.mean(batch);
    double row = (double) one / batch / parallel;
    return lane.backlog()
        .spares(
            newcomer,
            (rows, deadline) -> begin + Math.max(one, (rows + batch - 1) * row) <= deadline - now);
  }
}
