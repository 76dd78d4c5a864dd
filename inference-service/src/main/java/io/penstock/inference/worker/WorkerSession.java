package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunnableModel;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The model in a worker process, and its runners by number.
final class WorkerSession {

  private final OnnxRuntime runtime;
  private final Map<Integer, ModelRunner> runners = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile @Nullable RunnableModel model;

  WorkerSession(OnnxRuntime runtime) {
    this.runtime = runtime;
  }

  RunnableModel load(ByteBuffer file) throws ModelRefused {
    unload();
    var loaded = runtime.load(file);
    model = loaded;
    return loaded;
  }

  void unload() {
    var old = model;
    model = null;
    if (old != null) {
      old.close();
    }
  }

  int open() {
    int number = numbers.incrementAndGet();
    runners.put(number, Objects.requireNonNull(model, "no model").openRunner());
    return number;
  }

  ModelRunner runner(int number) {
    return Objects.requireNonNull(runners.get(number), "no runner");
  }

  void terminate(int number) {
    var runner = runners.get(number);
    if (runner != null) {
      runner.terminate();
    }
  }

  void close(int number) {
    var runner = runners.remove(number);
    if (runner != null) {
      runner.close();
    }
  }
}
