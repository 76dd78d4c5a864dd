package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.RuntimeConfig;
import io.penstock.kit.service.Ticker;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tries models in a worker process before they come into this one. The process is used again for
/// the next model, for as long as none did it harm.
final class Probation implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Probation.class);

  private final WorkerConfig config;
  private final RuntimeConfig runtime;
  private final Verdicts verdicts;
  private final Ticker ticker;
  private @Nullable WorkerProcess worker;
  private long lastUse;

  Probation(WorkerConfig config, RuntimeConfig runtime, Verdicts verdicts, Ticker ticker) {
    this.config = config;
    this.runtime = runtime;
    this.verdicts = verdicts;
    this.ticker = ticker;
  }

  /// Refuses a model that does not load, ends its process, takes too long or too much memory.
  synchronized void check(ModelSource source, ByteBuffer file) throws ModelRefused {
    var refusal = verdicts.refusal(source.artifact());
    if (refusal.isPresent()) {
      throw new ModelRefused(refusal.get());
    }
    if (verdicts.hasPassed(source.artifact())) {
      return;
    }
    var process = process();
    if (process != null) {
      check(source, file, process);
    }
  }

  private @Nullable WorkerProcess process() {
    var known = worker;
    if (known != null && known.isAlive()) {
      return known;
    }
    discard();
    try {
      var started = WorkerProcess.start(config, runtime, ticker, true);
      worker = started;
      return started;
    } catch (WorkerFailed e) {
      log.warn("Models are loaded without a trial: {}", e.getMessage());
      return null;
    }
  }

  private void check(ModelSource source, ByteBuffer file, WorkerProcess process)
      throws ModelRefused {
    long started = ticker.nanos();
    try (var _ = TimeLimit.on(process, config.probationTimeout())) {
      WorkerClient.load(process, file);
      WorkerClient.unload(process);
      verdicts.passed(source.artifact());
      lastUse = ticker.nanos();
      log.debug("{} passed its trial in {} ms", source.version(), millis(lastUse - started));
    } catch (ModelRefused e) {
      verdicts.refused(source.artifact(), String.valueOf(e.getMessage()));
      throw e;
    } catch (WorkerFailed e) {
      throw failed(source, process, e);
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  // A model is to blame for the end of its process. One that lives and does not answer is our own
  // trouble: no verdict, so that the next attempt, in a fresh process, may find otherwise.
  private ModelRefused failed(ModelSource source, WorkerProcess process, WorkerFailed e) {
    boolean ended = !process.isAlive();
    discard();
    if (!ended) {
      log.warn("{} could not be tried: {}", source.version(), e.getMessage(), e);
      return new ModelRefused("it could not be tried in a process of its own; try again", e);
    }
    var reason = "on trial in a process of its own, " + e.getMessage();
    verdicts.refused(source.artifact(), reason);
    return new ModelRefused(reason, e);
  }

  /// Ends a process that has waited long enough for another model.
  synchronized void tidy() {
    if (worker != null && ticker.nanos() - lastUse > config.idle().toNanos()) {
      discard();
    }
  }

  private void discard() {
    var old = worker;
    worker = null;
    if (old != null) {
      old.close();
    }
  }

  @Override
  public synchronized void close() {
    discard();
  }
}
