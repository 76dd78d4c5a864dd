package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.tensor.Inputs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection as the worker process sees it: does what is asked, one thing after the other.
final class WorkerConnection implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(WorkerConnection.class);
  private static final Object ALL_ALIKE = new Object();
  private static final int NONE = 0;

  private final WorkerSession session;
  private final Wire wire;
  private int runner = NONE;

  WorkerConnection(WorkerSession session, Wire wire) {
    this.session = session;
    this.wire = wire;
  }

  @Override
  public void run() {
    try (wire) {
      while (true) {
        answer(wire.receive());
      }
    } catch (IOException e) {
      log.debug("a connection ended: {}", e.toString());
    } finally {
      session.close(runner);
    }
  }

  private void answer(Message message) throws IOException {
    switch (message) {
      case LOAD -> load();
      case UNLOAD -> {
        session.unload();
        done(0);
      }
      case OPEN -> {
        runner = session.open();
        done(runner);
      }
      case RUN -> runBatch();
      case TERMINATE -> session.terminate(wire.getInt());
      case PING -> done(0);
      case LOADED, REFUSED, ANSWERS, FAILED, DONE ->
          throw new IOException(message + " is not for a worker");
    }
  }

  private void done(int number) throws IOException {
    wire.begin(Message.DONE).put(number).send();
  }

  private void load() throws IOException {
    long size = wire.getLong();
    try (var arena = Arena.ofShared()) {
      var file = arena.allocate(size, Long.BYTES).asByteBuffer();
      wire.receiveRaw(file);
      var model = session.load(file.flip());
      wire.begin(Message.LOADED);
      InterfaceWire.put(wire, model.shape());
      wire.put(model.bytes()).send();
    } catch (ModelRefused | RuntimeException | OutOfMemoryError e) {
      wire.begin(Message.REFUSED).put(String.valueOf(e.getMessage())).send();
    }
  }

  private void runBatch() throws IOException {
    try {
      var answers = session.runner(runner).run(batch());
      wire.begin(Message.ANSWERS).put(answers.size());
      answers.forEach(wire::put);
      wire.send();
    } catch (RunFailed e) {
      failed(e.kind(), String.valueOf(e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError e) {
      failed(RunFailed.Cause.MODEL, e.toString());
    }
  }

  private void failed(RunFailed.Cause cause, String words) throws IOException {
    wire.begin(Message.FAILED).put(cause.ordinal()).put(words).send();
  }

  private List<Inputs> batch() {
    int requests = wire.getInt();
    var batch = new ArrayList<Inputs>(requests);
    for (int i = 0; i < requests; i++) {
      int rows = wire.getInt();
      batch.add(new Inputs(wire.getTensors(), rows, ALL_ALIKE, 0));
    }
    return batch;
  }
}
