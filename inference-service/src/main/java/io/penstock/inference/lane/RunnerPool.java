package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.Dropped;
import io.penstock.inference.lane.schedule.LaneQueue;
import io.penstock.inference.lane.schedule.LaneSettings;
import io.penstock.inference.lane.schedule.Refusal;
import io.penstock.inference.lane.schedule.Run;
import io.penstock.inference.lane.schedule.Schedule;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads that run the models of one device, and the lock around its [Schedule]. What to run
/// is decided there; here it is done.
final class RunnerPool implements AutoCloseable {

  /// What a thread is to do: run, or tell what was dropped, or both.
  record Turn(@Nullable Run<Job> run, List<Dropped<Job>> dropped) {}

  private static final Logger log = LoggerFactory.getLogger(RunnerPool.class);

  /// A run that takes longer no longer counts among the device's runners: another thread stands in,
  /// and the operating system shares the cores. So nobody waits longer for others' long or hung
  /// runs.
  static final long LONG_RUN = TimeUnit.MILLISECONDS.toNanos(100);

  /// How long a run that was told to stop is waited for before its jobs are told without it.
  private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

  private static final int MOST_THREADS = 256;
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

  private final String device;
  private final int runners;
  private final Ticker ticker;
  private final LogContext context;
  private final Schedule<Job> schedule;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition quiet = lock.newCondition();
  private final Set<RunnerThread> threads = ConcurrentHashMap.newKeySet();
  private int idle;
  private int excused;
  private int started;
  private int retiring;
  private boolean closed;

  RunnerPool(String device, int runners, Ticker ticker, LogContext context) {
    this.device = device;
    this.runners = runners;
    this.ticker = ticker;
    this.context = context;
    this.schedule = new Schedule<>(runners);
    for (int i = 0; i < runners; i++) {
      startThread();
    }
  }

  private void startThread() {
    var runner = new RunnerThread(this, ticker);
    threads.add(runner);
    // A platform thread: a run is native code and would pin a virtual one.
    Thread.ofPlatform()
        .daemon()
        .name("runner " + device + " #" + started++)
        .start(() -> live(runner));
  }

  private void live(RunnerThread runner) {
    try {
      context.run(runner);
    } finally {
      replace(runner);
    }
  }

  // One that is not needed any more has left before; any other died.
  private void replace(RunnerThread runner) {
    lock.lock();
    try {
      if (threads.remove(runner) && !closed) {
        log.error("a runner of device {} died", device);
        startThread();
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> decision) {
    lock.lock();
    try {
      return decision.get();
    } finally {
      lock.unlock();
    }
  }

  LaneQueue<Job> open(LaneSettings settings) {
    return locked(() -> schedule.open(settings));
  }

  /// Takes a job in, or says why not.
  @Nullable Refusal offer(Lane lane, Job job) {
    lock.lock();
    try {
      lane.checkOpen();
      long now = ticker.nanos();
      job.queuedAt(lane, now);
      var refusal = schedule.offer(lane.queue(), job, now);
      wakeOne();
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  private void wakeOne() {
    if (idle > 0 && schedule.hasWork()) {
      work.signal();
    }
  }

  boolean remove(Lane lane, Job job) {
    lock.lock();
    try {
      return schedule.remove(lane.queue(), job);
    } finally {
      lock.unlock();
    }
  }

  int queuedRows(LaneQueue<Job> queue) {
    return locked(queue::queuedRows);
  }

  <T> T look(Supplier<T> at) {
    return locked(at);
  }

  /// What a thread does next, waiting for it; null where the thread is not needed any more.
  @Nullable Turn take(RunnerThread thread) {
    lock.lock();
    try {
      while (!isTooMany()) {
        var turn = next();
        if (turn != null) {
          return turn;
        }
        if (closed) {
          break;
        }
        awaitWork();
      }
      threads.remove(thread);
      // What it would have run is for another.
      wakeOne();
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean isTooMany() {
    return threads.size() - excused > runners;
  }

  private @Nullable Turn next() {
    var run = schedule.next(ticker.nanos());
    var dropped = schedule.takeDropped();
    if (run == null && dropped.isEmpty()) {
      return null;
    }
    wakeOne();
    return new Turn(run, dropped);
  }

  private void awaitWork() {
    idle++;
    try {
      work.awaitUninterruptibly();
    } finally {
      idle--;
    }
  }

  /// The same after a run that is over, and whose jobs are told or isolated.
  ///
  /// @param learn whether its time says something about the next
  @Nullable Turn takeAfter(RunnerThread thread, Run<Job> over, long ended, boolean learn) {
    lock.lock();
    try {
      if (over.isExcused()) {
        excused--;
      }
      schedule.finished(over, ended, learn);
      if (retiring > 0) {
        quiet.signalAll();
      }
      return take(thread);
    } finally {
      lock.unlock();
    }
  }

  void isolate(Run<Job> run) {
    lock.lock();
    try {
      schedule.isolate(run, ticker.nanos());
      wakeOne();
    } finally {
      lock.unlock();
    }
  }

  /// Looks after what no runner would notice: deadlines that pass in the queues while all runners
  /// are in native code, runs that are long, runs that do not end.
  void watch() {
    Lane.tell(expired());
    for (var thread : threads) {
      var underWay = thread.current();
      if (underWay != null) {
        watch(underWay, ticker.nanos() - underWay.run().started());
      }
    }
  }

  private List<Dropped<Job>> expired() {
    lock.lock();
    try {
      if (!schedule.isEmpty()) {
        schedule.expire(ticker.nanos());
      }
      return schedule.takeDropped();
    } finally {
      lock.unlock();
    }
  }

  private void watch(UnderWay underWay, long elapsed) {
    if (elapsed > LONG_RUN) {
      excuse(underWay);
    }
    long limit = underWay.lane().queue().settings().runTimeout().toNanos();
    if (elapsed > limit) {
      underWay.terminate();
    }
    if (elapsed > limit + GRACE && underWay.claim()) {
      log.error("{} hangs and does not stop when told to", underWay.lane().version());
      underWay.lane().giveUp(underWay.run());
    }
  }

  private void excuse(UnderWay underWay) {
    lock.lock();
    try {
      // Between two runs it may be over already.
      if (isUnderWay(underWay) && !underWay.run().isExcused() && threads.size() < MOST_THREADS) {
        schedule.excuse(underWay.run());
        excused++;
        if (threads.size() - excused < runners) {
          startThread();
        }
        wakeOne();
      }
    } finally {
      lock.unlock();
    }
  }

  // A thread forgets its run before the schedule does, so this may say no too early, never yes too
  // late.
  private boolean isUnderWay(UnderWay underWay) {
    return threads.stream().anyMatch(thread -> thread.current() == underWay);
  }

  /// Waits until nothing of a lane runs or waits; tells the runs to stop after a while, and gives
  /// up after another. What still waits then is told so.
  ///
  /// @return whether nothing of it runs any more
  boolean retire(LaneQueue<Job> queue, Duration patience) {
    boolean ended = awaitEnd(queue, patience);
    if (!ended) {
      threads.stream()
          .map(RunnerThread::current)
          .filter(underWay -> underWay != null && underWay.run().lane() == queue)
          .forEach(UnderWay::terminate);
      ended = awaitEnd(queue, patience);
    }
    Lane.tell(
        locked(
            () -> {
              schedule.clear(queue);
              return schedule.takeDropped();
            }));
    return ended;
  }

  private boolean awaitEnd(LaneQueue<Job> queue, Duration patience) {
    long end = ticker.nanos() + patience.toNanos();
    lock.lock();
    retiring++;
    try {
      while (queue.running() > 0 || queue.hasRequests()) {
        if (ticker.nanos() - end > 0) {
          return false;
        }
        long _ = quiet.awaitNanos(LOOK);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      retiring--;
      lock.unlock();
    }
  }

  /// Ends the threads once nothing is left to run.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
