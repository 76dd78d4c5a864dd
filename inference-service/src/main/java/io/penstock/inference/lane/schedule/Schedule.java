package io.penstock.inference.lane.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Decides who is let in and what a device runs next, over all its versions.
///
/// - **Which lane.** Each lane counts the device time that it had, divided by its weight. Of the
///   lanes that are no more than [#FAIRNESS] ahead of the one that had least, the one whose most
///   urgent request has to start first is next.
/// - **Which requests.** The highest priority, within it the earliest deadline, and whatever can
///   and should run with it: see [LaneQueue]. Nothing waits for company.
/// - **Who is let in.** Whoever is forecast to be answered in time without making late who was let
///   in before: see [Forecast]. An idle device refuses only what would be late even by itself.
/// - **Shadow copies** run when no request waits or runs; beside running requests only on a runner
///   that would stand idle, and for one part in a hundred of the time.
public final class Schedule<T extends Waiting> {

  /// How far, in nanoseconds of device time per weight, urgency may put a lane ahead of others that
  /// have work.
  public static final long FAIRNESS = 20_000_000;

  /// The most that a lane can be in debt: what it has to let others have first, however long it had
  /// the device before.
  public static final long MOST_DEBT = 100_000_000;

  // One part in a hundred, saved up to so much.
  private static final double SHADOW_SHARE = 0.01;
  private static final double MOST_CREDIT = 20_000_000;

  private final int runners;
  private final List<LaneQueue<T>> active = new ArrayList<>();
  private final List<LaneQueue<T>> shadowed = new ArrayList<>();
  private final List<Run<T>> running = new ArrayList<>();
  private final Forecast<T> forecast;
  private final Consumer<T> tooLate = this::dropPassed;
  private List<Dropped<T>> dropped = new ArrayList<>();
  // Device time per weight that a lane with work has had at least.
  private double clock;
  private int requestsRunning;
  private double shadowCredit;

  public Schedule(int runners) {
    this.runners = runners;
    this.forecast = new Forecast<>(runners, running, active, FAIRNESS);
  }

  public LaneQueue<T> open(LaneSettings settings) {
    var lane = new LaneQueue<T>(settings);
    lane.served = clock;
    return lane;
  }

  /// Takes a job in, or says why not.
  public @Nullable Refusal offer(LaneQueue<T> lane, T job, long now) {
    if (job.deadline() - now <= 0) {
      return Refusal.Passed.PASSED;
    }
    var limit = lane.backlog().limitAgainst(job);
    if (limit != null) {
      return new Refusal.Full(limit);
    }
    job.enter(now);
    var refusal = job.isShadow() ? null : foresee(lane, job, now);
    if (refusal == null) {
      enter(lane, job, now);
    }
    return refusal;
  }

  private @Nullable Refusal foresee(LaneQueue<T> lane, T job, long now) {
    join(lane);
    long expected = forecast.expected(lane, job, now);
    long available = job.deadline() - now;
    lane.noteTime(available);
    boolean inTime =
        expected <= available && (lane.backlog().size() == 0 || forecast.spares(lane, job, now));
    if (!inTime && !lane.mayTry(job, now)) {
      lane.margin().refused();
      return new Refusal.TooLate(expected, available);
    }
    job.trial = !inTime;
    job.promised = now + expected;
    job.foundIdle = running.size() < runners && lane.hasFreeRunner() && lane.backlog().size() == 0;
    return null;
  }

  // Time that a lane had no use for is not saved up.
  private void join(LaneQueue<T> lane) {
    if (!lane.active) {
      lane.served = Math.max(lane.served, clock);
    }
  }

  private void enter(LaneQueue<T> lane, T job, long now) {
    lane.backlog().add(job, now);
    if (job.isShadow()) {
      if (!lane.shadowed) {
        lane.shadowed = true;
        shadowed.add(lane);
      }
    } else if (!lane.active) {
      join(lane);
      lane.active = true;
      active.add(lane);
    }
  }

  /// Takes a job out that nobody wants any more; false where it does not wait.
  public boolean remove(LaneQueue<T> lane, T job) {
    boolean removed = lane.backlog().remove(job);
    rest(lane);
    return removed;
  }

  private void rest(LaneQueue<T> lane) {
    if (lane.active && lane.backlog().size() == 0) {
      lane.active = false;
      active.remove(lane);
    }
    if (lane.shadowed && lane.backlog().shadows().isEmpty()) {
      lane.shadowed = false;
      shadowed.remove(lane);
    }
  }

  /// The next batch for a runner that is free now; null where there is none. What turned out to be
  /// too late on the way is in [#takeDropped()].
  public @Nullable Run<T> next(long now) {
    expire(now);
    if (running.size() >= runners) {
      return null;
    }
    for (var lane = choose(now); lane != null; lane = choose(now)) {
      var head = lane.head(now);
      if (head != null && isRefused(lane, head, now)) {
        rest(lane);
      } else if (head != null) {
        var run = lane.take(head, now);
        rest(lane);
        return start(run);
      }
    }
    return nextShadows(now);
  }

  // To run it would cost those their time that can still make it.
  private boolean isRefused(LaneQueue<T> lane, T head, long now) {
    boolean others = lane.backlog().size() > 1 || active.size() > 1;
    long needed = lane.needed(head);
    long left = head.deadline() - now;
    if (head.trial || !others || left >= needed) {
      return false;
    }
    var why = new Refusal.TooLate(needed, left);
    lane.backlog().remove(head);
    lane.margin().learn(true, lane.times().mean(lane.usualBatch()));
    dropped.add(new Dropped<>(head, why));
    return true;
  }

  private @Nullable LaneQueue<T> choose(long now) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < active.size(); i++) {
      if (active.get(i).hasFreeRunner()) {
        least = Math.min(least, active.get(i).served);
      }
    }
    LaneQueue<T> chosen = null;
    long urgency = 0;
    for (int i = 0; i < active.size(); i++) {
      var lane = active.get(i);
      if (lane.hasFreeRunner() && lane.served <= least + FAIRNESS) {
        long latest = latestStart(lane, now);
        if (chosen == null || latest - urgency < 0) {
          chosen = lane;
          urgency = latest;
        }
      }
    }
    if (chosen != null) {
      clock = Math.max(clock, least);
    }
    return chosen;
  }

  private static <T extends Waiting> long latestStart(LaneQueue<T> lane, long now) {
    var head = lane.head(now);
    return head == null ? 0 : head.deadline() - lane.times().typical(head.rows());
  }

  private @Nullable Run<T> nextShadows(long now) {
    if (!mayRunShadows()) {
      return null;
    }
    for (int i = 0; i < shadowed.size(); i++) {
      var lane = shadowed.get(i);
      var run = lane.hasFreeRunner() ? lane.takeShadows(now) : null;
      if (run != null) {
        run.beside = requestsRunning > 0;
        // Whoever had its turn goes to the end.
        shadowed.remove(i);
        shadowed.add(lane);
        rest(lane);
        return start(run);
      }
    }
    return null;
  }

  private boolean mayRunShadows() {
    return active.isEmpty() && (requestsRunning == 0 || shadowCredit > 0);
  }

  private Run<T> start(Run<T> run) {
    run.lane().running++;
    running.add(run);
    if (!run.shadow) {
      requestsRunning++;
      run.charged = run.expectedNanos();
      run.lane().charge(run.charged);
    }
    return run;
  }

  /// A run is over, and its jobs have been told.
  ///
  /// @param learn whether its time says something about the next
  public void finished(Run<T> run, long now, boolean learn) {
    var lane = run.lane();
    long held = now - run.started();
    lane.running--;
    settle(run, held);
    if (learn) {
      learn(run, held, now);
    }
    if (!run.excused) {
      leave(run);
    }
  }

  private void settle(Run<T> run, long held) {
    if (run.shadow) {
      shadowCredit -= run.beside ? held : 0;
      return;
    }
    shadowCredit = Math.min(MOST_CREDIT, shadowCredit + SHADOW_SHARE * held);
    var lane = run.lane();
    lane.charge(held - run.charged);
    lane.served = Math.min(lane.served, clock + MOST_DEBT);
  }

  private void learn(Run<T> run, long held, long now) {
    var lane = run.lane();
    if (!run.shadow && run.reason() != DispatchReason.IDLE && lane.times().isKnown()) {
      lane.margin().learn(brokePromise(run, now), run.expectedNanos());
    }
    lane.times().learn(run.rows(), held);
  }

  private boolean brokePromise(Run<T> run, long now) {
    for (int i = 0; i < run.jobs().size(); i++) {
      var job = run.jobs().get(i);
      if (!job.trial && now - job.promised > 0) {
        return true;
      }
    }
    return false;
  }

  private void leave(Run<T> run) {
    running.remove(run);
    if (!run.shadow) {
      requestsRunning--;
    }
  }

  /// Puts the jobs of a failed batch back, each to run by itself; the run still has to be
  /// [#finished].
  public void isolate(Run<T> run, long now) {
    for (var job : run.jobs()) {
      job.alone = true;
      enter(run.lane(), job, now);
    }
  }

  /// A run takes so long that its runner is replaced: it no longer counts among the device's, only
  /// among its lane's.
  public void excuse(Run<T> run) {
    if (!run.excused) {
      run.excused = true;
      leave(run);
    }
  }

  /// Takes out everything whose deadline has come.
  public void expire(long now) {
    for (int i = active.size() - 1; i >= 0; i--) {
      expire(active.get(i), now);
    }
    for (int i = shadowed.size() - 1; i >= 0; i--) {
      expire(shadowed.get(i), now);
    }
  }

  private void expire(LaneQueue<T> lane, long now) {
    int before = lane.backlog().size();
    lane.backlog().expire(now, tooLate);
    if (lane.backlog().size() < before) {
      lane.margin().learn(true, lane.times().mean(lane.usualBatch()));
      rest(lane);
    } else if (lane.shadowed) {
      rest(lane);
    }
  }

  private void dropPassed(T job) {
    dropped.add(new Dropped<>(job, Refusal.Passed.PASSED));
  }

  /// Takes everything of a lane out that waits.
  public void clear(LaneQueue<T> lane) {
    lane.backlog().clear(tooLate);
    rest(lane);
  }

  /// What was taken out of queues without a run since this was last asked.
  public List<Dropped<T>> takeDropped() {
    if (dropped.isEmpty()) {
      return List.of();
    }
    var taken = dropped;
    dropped = new ArrayList<>();
    return taken;
  }

  /// Whether a free runner would find something to run.
  public boolean hasWork() {
    if (running.size() >= runners) {
      return false;
    }
    for (int i = 0; i < active.size(); i++) {
      if (active.get(i).hasFreeRunner()) {
        return true;
      }
    }
    return mayRunShadows() && hasShadows();
  }

  private boolean hasShadows() {
    for (int i = 0; i < shadowed.size(); i++) {
      if (shadowed.get(i).hasFreeRunner()) {
        return true;
      }
    }
    return false;
  }

  /// Whether anything waits at all.
  public boolean isEmpty() {
    return active.isEmpty() && shadowed.isEmpty();
  }
}
