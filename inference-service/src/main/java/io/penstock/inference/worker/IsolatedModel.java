package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.kit.loop.Backoff;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A model that runs in a worker process. When the process ends, the runs in it fail, and so do
/// others until a new one has the model; that one is started at once, and later less and less often
/// if it ends again.
final class IsolatedModel implements RunnableModel {

  /// What it needs of the service.
  interface Host {

    /// Starts a process.
    WorkerProcess start() throws WorkerFailed;

    WorkerConfig config();

    long now();

    /// Whether another process follows one that ended.
    boolean startsAgain();

    /// Hears that a process is gone that was needed.
    void died();

    void closed(IsolatedModel model);
  }

  private static final Logger log = LoggerFactory.getLogger(IsolatedModel.class);
  private static final Backoff RESTART =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));
  private static final long GOOD_LIFE = TimeUnit.MINUTES.toNanos(1);

  private final ModelSource source;
  private final ModelInterface shape;
  private final Host host;
  private final Set<IsolatedRunner> runners = ConcurrentHashMap.newKeySet();
  private volatile WorkerProcess worker;
  private volatile String lastEnd = "";
  private long started;
  private long nextStart;
  private int failures;
  private boolean mourned;
  private volatile boolean closed;

  private IsolatedModel(ModelSource source, ModelInterface shape, WorkerProcess worker, Host host) {
    this.source = source;
    this.shape = shape;
    this.worker = worker;
    this.host = host;
    this.started = host.now();
  }

  /// Starts a process and has it load the model.
  static IsolatedModel load(ModelSource source, ByteBuffer file, Host host) throws ModelRefused {
    WorkerProcess worker = null;
    try {
      worker = host.start();
      var shape = load(worker, file, host.config());
      return new IsolatedModel(source, shape, worker, host);
    } catch (WorkerFailed e) {
      close(worker);
      throw new ModelRefused("in a process of its own, " + e.getMessage(), e);
    } catch (ModelRefused e) {
      close(worker);
      throw e;
    }
  }

  private static ModelInterface load(WorkerProcess worker, ByteBuffer file, WorkerConfig config)
      throws ModelRefused, WorkerFailed {
    try (var _ = TimeLimit.on(worker, config.probationTimeout())) {
      return WorkerClient.load(worker, file);
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
    return host.now();
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
      if (host.startsAgain()) {
        restart(current);
      }
      return;
    }
    if (current.residentBytes() > host.config().memory() + host.config().heap()) {
      current.kill("it took more than " + host.config().memory() + " bytes");
    }
    long now = host.now();
    if (runners.stream().anyMatch(runner -> runner.isOverdue(now, host.config().stopTimeout()))) {
      current.kill("a run did not stop when it was told to");
    }
  }

  private void restart(WorkerProcess ended) {
    long now = host.now();
    if (!mourned) {
      mourned = true;
      lastEnd = ended.obituary();
      host.died();
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
      next = host.start();
      load(next, source.reader().read(arena), host.config());
      put(next);
      log.info("{} runs in a new process", source.version());
    } catch (ModelRefused | IOException e) {
      close(next);
      failures++;
      nextStart = host.now() + RESTART.delay(failures).toNanos();
      log.warn("{} has no process: {}", source.version(), e.getMessage());
    }
  }

  private synchronized void put(WorkerProcess next) {
    if (closed) {
      next.close();
      return;
    }
    worker = next;
    started = host.now();
    mourned = false;
    lastEnd = "";
  }

  @Override
  public synchronized void close() {
    closed = true;
    host.closed(this);
    worker.close();
  }
}
