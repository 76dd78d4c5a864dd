package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs batches in a worker process over a connection of its own.
final class IsolatedRunner implements ModelRunner {

  private static final RunFailed.Cause[] CAUSES = RunFailed.Cause.values();

  private final IsolatedModel model;
  private @Nullable WorkerProcess process;
  private @Nullable Wire wire;
  private int number;
  private boolean running;
  // When the current run was told to stop; null where it was not.
  private @Nullable Long stoppedAt;

  IsolatedRunner(IsolatedModel model) {
    this.model = model;
  }

  @Override
  public List<List<Tensor>> run(List<Inputs> batch) throws RunFailed {
    var worker = model.worker();
    begin();
    try {
      return answers(ask(connected(worker), batch));
    } catch (IOException e) {
      disconnect();
      throw wasStopped() ? new RunFailed(RunFailed.Cause.TERMINATED, e) : model.ended(worker);
    } finally {
      end();
    }
  }

  private Wire connected(WorkerProcess worker) throws IOException {
    var known = wire;
    if (known != null && process == worker) {
      return known;
    }
    disconnect();
    var fresh = worker.connect();
    fresh.begin(Message.OPEN).send();
    fresh.receive();
    remember(worker, fresh, fresh.getInt());
    return fresh;
  }

  private synchronized void remember(WorkerProcess worker, Wire fresh, int runner) {
    process = worker;
    wire = fresh;
    number = runner;
  }

  private static Wire ask(Wire wire, List<Inputs> batch) throws IOException {
    wire.begin(Message.RUN).put(batch.size());
    batch.forEach(inputs -> wire.put(inputs.rows()).put(inputs.tensors()));
    wire.send();
    return wire;
  }

  private static List<List<Tensor>> answers(Wire wire) throws IOException, RunFailed {
    if (wire.receive() == Message.FAILED) {
      throw new RunFailed(CAUSES[wire.getInt()], wire.getText());
    }
    int requests = wire.getInt();
    var answers = new ArrayList<List<Tensor>>(requests);
    for (int i = 0; i < requests; i++) {
      answers.add(wire.getTensors());
    }
    return answers;
  }

  private synchronized void begin() {
    running = true;
    stoppedAt = null;
  }

  private synchronized void end() {
    running = false;
  }

  private synchronized boolean wasStopped() {
    return stoppedAt != null;
  }

  /// Whether it was told to stop so long ago that it will not.
  synchronized boolean isOverdue(long now, Duration patience) {
    return running && stoppedAt != null && now - stoppedAt > patience.toNanos();
  }

  @Override
  public synchronized void terminate() {
    var worker = process;
    if (!running || stoppedAt != null || worker == null) {
      return;
    }
    stoppedAt = model.now();
    // The runner's own connection waits for the answer, so this is said on another.
    try (var other = worker.connect()) {
      other.begin(Message.TERMINATE).put(number).send();
      other.begin(Message.PING).send();
      other.receive();
    } catch (IOException e) {
      worker.kill("it did not hear that a run should stop");
    }
  }

  private synchronized void disconnect() {
    var old = wire;
    wire = null;
    process = null;
    if (old != null) {
      old.close();
    }
  }

  @Override
  public void close() {
    model.closed(this);
    disconnect();
  }
}
