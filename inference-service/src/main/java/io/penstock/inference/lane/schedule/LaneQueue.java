package io.penstock.inference.lane.schedule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One version's place in the schedule: what waits for it, what is known of its run times, and what
/// it has had of the device.
public final class LaneQueue<T extends Waiting> {

  /// A request that has waited so long is out of patience: it may not be passed over for ever by
  /// more urgent ones.
  public static final long PATIENCE = 500_000_000;

  /// So many batches of its version may start before the oldest request once that is out of
  /// patience.
  public static final int MOST_PASSES = 3;

  // Runs of shadow copies are kept short, because a request that comes has to wait for their end.
  private static final long SHADOW_RUN = 5_000_000;

  // A request that the forecast would refuse is let in now and then, for so small a part of the
  // device's time.
  private static final long TRIAL_SHARE = 20;

  // One batch in so many may be twice as large as seems to pay, or nobody would ever learn that it
  // does.
  private static final int LARGER_EVERY = 16;

  // How fast the part of batches that fill up is learned.
  private static final double PACKING_PACE = 0.05;

  // A run should not take more of the time that requests have, for who comes while it runs has to
  // wait for it and then for its own.
  private static final double RUN_SHARE = 0.3;
  private static final double TIME_PACE = 0.02;

  private final LaneSettings settings;
  private final RunTimes times;
  private final Backlog<T> backlog;
  private final Margin margin = new Margin();

  /// Device time per weight.
  double served;

  int running;
  boolean active;
  boolean shadowed;
  private int passes;
  private long nextTrial;
  private boolean tried;
  private long taken;
  private double packing = 1;
  private double usualTime;

  LaneQueue(LaneSettings settings) {
    this.settings = settings;
    this.times = new RunTimes(settings.maxBatchRows());
    this.backlog = new Backlog<>(settings);
  }

  public LaneSettings settings() {
    return settings;
  }

  public RunTimes times() {
    return times;
  }

  Backlog<T> backlog() {
    return backlog;
  }

  Margin margin() {
    return margin;
  }

  /// Rows that wait, shadow copies included.
  public int queuedRows() {
    return backlog.rows() + backlog.shadows().rows();
  }

  /// Whether requests wait; shadow copies do not count.
  public boolean hasRequests() {
    return backlog.size() > 0;
  }

  /// Runs of it that are under way.
  public int running() {
    return running;
  }

  boolean isIdle() {
    return running == 0 && backlog.size() == 0;
  }

  boolean hasFreeRunner() {
    return running < settings.runners();
  }

  void charge(double nanos) {
    served += nanos / settings.weight();
  }

  /// Whether a request that the forecast refuses is let in all the same, so that a wrong forecast
  /// does not stay wrong.
  boolean mayTry(T job, long now) {
    if (!isIdle() || (tried && now - nextTrial < 0)) {
      return false;
    }
    tried = true;
    nextTrial = now + TRIAL_SHARE * times.typical(job.rows());
    return true;
  }

  /// Rows that are worth waiting for each other: as many as make a row cheaper, and no more than
  /// can be run in a part of the time that requests have.
  int worthwhile() {
    return usualTime == 0 ? times.efficient() : times.efficient((long) (usualTime * RUN_SHARE));
  }

  /// Rows that usually run together while there are enough.
  int usualBatch() {
    return Math.max(1, (int) (Math.min(worthwhile(), times.known()) * packing));
  }

  void noteTime(long available) {
    usualTime += usualTime == 0 ? available : TIME_PACE * (available - usualTime);
  }

  /// Device time that so many rows take.
  long workOf(int rows) {
    int batch = usualBatch();
    int rest = rows % batch;
    return (rows / batch) * times.mean(batch) + (rest > 0 ? times.mean(rest) : 0);
  }

  long work() {
    return workOf(backlog.rows());
  }

  /// The request that the next batch is made around.
  @Nullable T head(long now) {
    var oldest = backlog.oldest();
    boolean passedOver = oldest != null && passes >= MOST_PASSES && isOutOfPatience(oldest, now);
    return passedOver ? oldest : backlog.first();
  }

  private static boolean isOutOfPatience(Waiting job, long now) {
    return now - job.arrived >= PATIENCE;
  }

  /// The time that a request must have left for its run to be of use: what it takes more often than
  /// not. While more than two batches wait, time for half a batch: the rows of small batches are
  /// dear, so all behind it would come too late in its place.
  long needed(T job) {
    int batch = usualBatch();
    int rows = backlog.rows() > 2 * batch ? Math.ceilDiv(batch, 2) : 1;
    return times.typical(Math.max(rows, job.rows()));
  }

  /// Takes the head and, in order of urgency, what may and should run with it.
  Run<T> take(T head, long now) {
    int waiting = backlog.rows();
    boolean oldestFirst = head == backlog.oldest();
    taken++;
    backlog.remove(head);
    var jobs = new ArrayList<T>();
    var limits = new Limits(now);
    limits.add(head);
    jobs.add(head);
    var reason = head.alone ? DispatchReason.ISOLATED : fill(jobs, limits, head);
    notePass(oldestFirst, now);
    notePacking(limits.rows, waiting, reason);
    return new Run<>(this, jobs, limits.rows, reason, now);
  }

  private DispatchReason fill(List<T> jobs, Limits limits, T head) {
    for (var next = backlog.firstOf(head.batchKey());
        next != null;
        next = backlog.firstOf(head.batchKey())) {
      var obstacle = limits.against(next);
      if (obstacle != null) {
        return obstacle;
      }
      backlog.remove(next);
      limits.add(next);
      jobs.add(next);
    }
    if (limits.rows >= settings.maxBatchRows() && limits.rows > 1) {
      return DispatchReason.FULL;
    }
    return head.foundIdle ? DispatchReason.IDLE : DispatchReason.BACKLOG;
  }

  // One in four batches at most is owed to the oldest, for else a flood of old ones would starve
  // the urgent.
  private void notePass(boolean oldestFirst, long now) {
    var oldest = backlog.oldest();
    boolean impatient = oldest != null && isOutOfPatience(oldest, now);
    passes = impatient && !oldestFirst ? passes + 1 : 0;
  }

  // Rows of different keys, and large requests, leave batches smaller than they could be.
  private void notePacking(int rows, int waiting, DispatchReason reason) {
    int possible = Math.min(waiting, worthwhile());
    if (reason != DispatchReason.DEADLINE && possible > 1) {
      packing += PACKING_PACE * (Math.min(1, (double) rows / possible) - packing);
    }
  }

  /// Takes shadow copies for a short run.
  @Nullable Run<T> takeShadows(long now) {
    var queue = backlog.shadows();
    var head = queue.first();
    if (head == null) {
      return null;
    }
    backlog.remove(head);
    var jobs = new ArrayList<T>();
    jobs.add(head);
    int rows = head.rows();
    for (var next = queue.firstOf(head.batchKey());
        next != null && !head.alone && !next.alone && fitsShadows(rows + next.rows());
        next = queue.firstOf(head.batchKey())) {
      backlog.remove(next);
      jobs.add(next);
      rows += next.rows();
    }
    return new Run<>(
        this, jobs, rows, head.alone ? DispatchReason.ISOLATED : DispatchReason.IDLE, now);
  }

  private boolean fitsShadows(int rows) {
    return rows <= settings.maxBatchRows() && times.mean(rows) <= SHADOW_RUN;
  }

  /// How far a batch may grow: in rows, in what pays, and in the time that each request has left. A
  /// request that would be late too often even by itself counts with the typical time, for else one
  /// that is late would keep all others from running together.
  private final class Limits {

    private final long now;
    private final int worthwhile = taken % LARGER_EVERY == 0 ? 2 * worthwhile() : worthwhile();
    private int rows;
    private long safe = Long.MAX_VALUE;
    private long risky = Long.MAX_VALUE;

    Limits(long now) {
      this.now = now;
    }

    void add(T job) {
      rows += job.rows();
      long left = job.deadline() - now;
      if (left >= times.late(job.rows())) {
        safe = Math.min(safe, left);
      } else if (left >= times.typical(job.rows())) {
        risky = Math.min(risky, left);
      }
    }

    @Nullable DispatchReason against(T next) {
      int grown = rows + next.rows();
      if (grown > settings.maxBatchRows()) {
        return DispatchReason.FULL;
      }
      if (next.alone) {
        return DispatchReason.BACKLOG;
      }
      if (grown > worthwhile) {
        return DispatchReason.EFFICIENT;
      }
      return isInTime(next, grown) ? null : DispatchReason.DEADLINE;
    }

    private boolean isInTime(T next, int grown) {
      long late = times.late(grown);
      long typical = times.typical(grown);
      long left = next.deadline() - now;
      boolean nextInTime = left >= times.late(next.rows()) ? late <= left : typical <= left;
      return nextInTime && late <= safe && typical <= risky;
    }
  }
}
