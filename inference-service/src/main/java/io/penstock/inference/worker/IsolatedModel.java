package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.Ticker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A model that runs in a worker process. When the process ends, the runs in it fail, and so do
/// others until a new one has the model; that one is started at once, and later less and less often
/// if it ends again.
final class IsolatedModel implements RunnableModel {

  /// Starts a process.
  @FunctionalInterface
  interface Workers {
    WorkerProcess start() throws WorkerFailed;
  }

  private static final Logger log = LoggerFactory.getLogger(IsolatedModel.class);
  private static final Backoff RESTART =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));
  private static final long GOOD_LIFE = TimeUnit.MINUTES.toNanos(1);

  private final ModelSource source;
  private final ModelInterface shape;
  private final Workers workers;
  private final WorkerConfig config;
  private final Ticker ticker;
  private final Consumer<IsolatedModel> onClose;
  private final Set<IsolatedRunner> runners = ConcurrentHashMap.newKeySet();
  private volatile WorkerProcess worker;
  private volatile String lastEnd = "";
  private long started;
  private long nextStart;
  private int failures;
  private boolean mourned;
  private volatile boolean closed;

  private IsolatedModel(
      ModelSource source,
      ModelInterface shape,
      WorkerProcess worker,
      Workers workers,
      WorkerConfig config,
      Ticker ticker,
      Consumer<IsolatedModel> onClose) {
    this.source = source;
    this.shape = shape;
    this.worker = worker;
    this.workers = workers;
    this.config = config;
    this.ticker = ticker;
    this.onClose = onClose;
    this.started = ticker.nanos();
  }

  /// Starts a process and has it load the model.
  static IsolatedModel load(
      ModelSource source,
      ByteBuffer file,
      Workers workers,
      WorkerConfig config,
      Ticker ticker,
      Consumer<IsolatedModel> onClose)
      throws ModelRefused {
    WorkerProcess worker = null;
    try {
      worker = workers.start();
      var shape = WorkerClient.load(worker, file);
      return new IsolatedModel(source, shape, worker, workers, config, ticker, onClose);
    } catch (WorkerFailed e) {
      close(worker);
      throw new ModelRefused("in a process of its own, " + e.getMessage(), e);
    } catch (ModelRefused e) {
      close(worker);
      throw e;
    }
  }

  private static void close(@Nullable WorkerProcess worker) {
    if (worker != null) {
      worker.close();
    }
  }

  @Override
  public ModelInterface shape() {
    return shape;
  }

  @Override
  public long bytes() {
    return worker.residentBytes();
  }

  @Override
  public ModelRunner openRunner() {
    var runner = new IsolatedRunner(this);
    runners.add(runner);
    return runner;
  }

  long now() {
    return ticker.nanos();
  }

  void closed(IsolatedRunner runner) {
    runners.remove(runner);
  }

  /// The process, or why there is none.
  WorkerProcess worker() throws RunFailed {
    var current = worker;
    if (!current.isAlive()) {
      throw ended(current);
    }
    return current;
  }

  /// A failure that tells how the process ended.
  RunFailed ended(WorkerProcess process) {
    var words = process.isAlive() ? process.obituary() : lastWords(process);
    return new RunFailed(RunFailed.Cause.MODEL, "its process is gone: " + words);
  }

  private String lastWords(WorkerProcess process) {
    return process == worker && !lastEnd.isEmpty() ? lastEnd : process.obituary();
  }

  /// Looks after the process: ends it where it holds too much or does not stop a run, and starts
  /// another where it ended. Called by one thread, over and over.
  void tend() {
    var current = worker;
    if (closed) {
      return;
    }
    if (!current.isAlive()) {
      restart(current);
      return;
    }
    if (current.residentBytes() > config.memory() + config.heap()) {
      current.kill("it took more than " + config.memory() + " bytes");
    }
    long now = ticker.nanos();
    if (runners.stream().anyMatch(runner -> runner.isOverdue(now, config.stopTimeout()))) {
      current.kill("a run did not stop when it was told to");
    }
  }

  private void restart(WorkerProcess ended) {
    long now = ticker.nanos();
    if (!mourned) {
      mourned = true;
      lastEnd = ended.obituary();
      failures = now - started > GOOD_LIFE ? 1 : failures + 1;
      nextStart = now + RESTART.delay(failures).toNanos();
      log.warn("The process of {} ended: {}", source.version(), lastEnd);
      ended.close();
    } else if (now - nextStart >= 0) {
      startAgain();
    }
  }

  private void startAgain() {
    WorkerProcess next = null;
    try (var arena = Arena.ofShared()) {
      next = workers.start();
      WorkerClient.load(next, source.reader().read(arena));
      put(next);
      log.info("{} runs in a new process", source.version());
    } catch (ModelRefused | IOException e) {
      close(next);
      failures++;
      nextStart = ticker.nanos() + RESTART.delay(failures).toNanos();
      log.warn("{} has no process: {}", source.version(), e.getMessage());
    }
  }

  private synchronized void put(WorkerProcess next) {
    if (closed) {
      next.close();
      return;
    }
    worker = next;
    started = ticker.nanos();
    mourned = false;
    lastEnd = "";
  }

  @Override
  public synchronized void close() {
    closed = true;
    onClose.accept(this);
    worker.close();
  }
}
