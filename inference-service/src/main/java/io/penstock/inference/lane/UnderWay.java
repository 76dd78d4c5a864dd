package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.Run;
import io.penstock.inference.runtime.ModelRunner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A run on its thread. Whoever claims it tells its jobs their end: its thread, or the watch for
/// one that does not come back.
final class UnderWay {

  private final Run<Job> run;
  private final Lane lane;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private @Nullable ModelRunner runner;

  UnderWay(Run<Job> run, Lane lane) {
    this.run = run;
    this.lane = lane;
  }

  Run<Job> run() {
    return run;
  }

  Lane lane() {
    return lane;
  }

  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  synchronized void runsOn(ModelRunner model) {
    runner = model;
  }

  /// The model's runner is free again, and the next run's.
  synchronized void left() {
    runner = null;
  }

  /// Asks the runtime to stop it.
  synchronized void terminate() {
    if (runner != null) {
      runner.terminate();
    }
  }
}
