package io.penstock.inference.memory;

import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// A model that can leave memory between runs and come back, while its lane and runners stay. A run
/// holds it in memory; one that finds it gone waits for it.
final class EvictableModel implements RunnableModel {

  private final ModelSource source;
  private final ModelMemory memory;
  private final ModelInterface shape;
  private final Lock use;
  private final Lock change;
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();
  private volatile @Nullable RunnableModel loaded;
  private volatile long loadNanos;
  private volatile long lastUse;

  EvictableModel(
      ModelSource source, ModelMemory memory, RunnableModel loaded, long loadNanos, long now) {
    this.source = source;
    this.memory = memory;
    this.shape = loaded.shape();
    this.loaded = loaded;
    this.loadNanos = loadNanos;
    this.lastUse = now;
    this.use = gate.readLock();
    this.change = gate.writeLock();
  }

  ModelSource source() {
    return source;
  }

  @Override
  public ModelInterface shape() {
    return shape;
  }

  @Override
  public boolean isInMemory() {
    return loaded != null;
  }

  @Override
  public long bytes() {
    use.lock();
    try {
      var model = loaded;
      return model == null ? 0 : model.bytes();
    } finally {
      use.unlock();
    }
  }

  /// What the last load took.
  long loadNanos() {
    return loadNanos;
  }

  long lastUse() {
    return lastUse;
  }

  void usedAt(long now) {
    lastUse = now;
  }

  boolean isRunning() {
    return gate.getReadLockCount() > 0;
  }

  /// Takes it out of memory, unless it runs.
  ///
  /// @return whether it was in memory and is not any more
  boolean evict() {
    if (!change.tryLock()) {
      return false;
    }
    try {
      var model = taken();
      if (model != null) {
        model.close();
      }
      return model != null;
    } finally {
      change.unlock();
    }
  }

  /// Brings it back.
  void restore(RunnableModel model, long nanos) {
    change.lock();
    try {
      loaded = model;
      loadNanos = nanos;
    } finally {
      change.unlock();
    }
  }

  private @Nullable RunnableModel taken() {
    runners.forEach(Runner::letGo);
    var model = loaded;
    loaded = null;
    return model;
  }

  @Override
  public ModelRunner openRunner() {
    var runner = new Runner();
    use.lock();
    try {
      var model = loaded;
      if (model != null) {
        runner.on(model);
      }
    } finally {
      use.unlock();
    }
    runners.add(runner);
    return runner;
  }

  /// Ends it for its version; the memory may keep the model for a while.
  @Override
  public void close() {
    RunnableModel model;
    change.lock();
    try {
      model = taken();
    } finally {
      change.unlock();
    }
    memory.released(this, model);
  }

  private final class Runner implements ModelRunner {

    private volatile @Nullable ModelRunner delegate;

    @Override
    public List<List<Tensor>> run(List<Inputs> batch) throws RunFailed {
      while (true) {
        use.lock();
        try {
          var model = loaded;
          if (model != null) {
            return on(model).run(batch);
          }
        } finally {
          use.unlock();
        }
        awaitReload();
      }
    }

    private void awaitReload() throws RunFailed {
      try {
        memory.reload(EvictableModel.this).get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunFailed(RunFailed.Cause.TERMINATED, e);
      } catch (ExecutionException e) {
        throw new RunFailed(RunFailed.Cause.MODEL, Objects.requireNonNullElse(e.getCause(), e));
      }
    }

    private ModelRunner on(RunnableModel model) {
      var known = delegate;
      if (known == null) {
        known = model.openRunner();
        delegate = known;
      }
      return known;
    }

    private void letGo() {
      var known = delegate;
      if (known != null) {
        delegate = null;
        known.close();
      }
    }

    @Override
    public void terminate() {
      var known = delegate;
      if (known != null) {
        known.terminate();
      }
    }

    @Override
    public void close() {
      runners.remove(this);
      use.lock();
      try {
        letGo();
      } finally {
        use.unlock();
      }
    }
  }
}
