package io.penstock.inference.lane;

import io.penstock.inference.lane.RunnerPool.Turn;
import io.penstock.inference.lane.schedule.Run;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.service.Ticker;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread of a device: takes the next batch, whatever its version, runs it, tells each job its
/// end.
final class RunnerThread implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(RunnerThread.class);

  private final RunnerPool pool;
  private final Ticker ticker;
  private volatile @Nullable UnderWay current;

  RunnerThread(RunnerPool pool, Ticker ticker) {
    this.pool = pool;
    this.ticker = ticker;
  }

  /// The run that it is in; null between runs.
  @Nullable UnderWay current() {
    return current;
  }

  @Override
  public void run() {
    for (var turn = pool.take(this); turn != null; ) {
      Lane.tell(turn.dropped());
      turn = turn.run() == null ? pool.take(this) : execute(turn.run());
    }
  }

  private @Nullable Turn execute(Run<Job> run) {
    var lane = run.jobs().getFirst().lane();
    var underWay = new UnderWay(run, lane);
    current = underWay;
    boolean answered = answer(underWay);
    current = null;
    // A run may have been stopped by an interrupt, which is not for the next one.
    boolean _ = Thread.interrupted();
    long ended = ticker.nanos();
    if (answered) {
      lane.held(run, ended);
    }
    return pool.takeAfter(this, run, ended, answered);
  }

  private boolean answer(UnderWay underWay) {
    var lane = underWay.lane();
    try {
      var outputs = lane.run(underWay);
      long finished = ticker.nanos();
      boolean ours = underWay.claim();
      if (ours) {
        tell(underWay.run(), lane, outputs, finished);
      }
      return ours;
    } catch (RunFailed e) {
      failed(underWay, e);
    } catch (RuntimeException | Error e) {
      log.error("{} broke", lane.version(), e);
      failed(underWay, new RunFailed(RunFailed.Cause.MODEL, e));
    }
    return false;
  }

  private static void tell(Run<Job> run, Lane lane, List<List<Tensor>> outputs, long finished) {
    var jobs = run.jobs();
    lane.ran(run, finished);
    for (int i = 0; i < jobs.size(); i++) {
      var job = jobs.get(i);
      var execution =
          new Execution(
              job.queued(),
              run.started(),
              finished,
              jobs.size(),
              run.rows(),
              run.reason(),
              run.expectedNanos());
      lane.answer(job, outputs.get(i), execution);
    }
  }

  // The values of one request must not fail its neighbours: after a failure each runs alone.
  private void failed(UnderWay underWay, RunFailed failure) {
    if (!underWay.claim()) {
      return;
    }
    var run = underWay.run();
    if (run.jobs().size() == 1 || failure.kind() == RunFailed.Cause.TERMINATED) {
      underWay.lane().fail(run, failure);
    } else {
      pool.isolate(run);
    }
  }
}
