package io.penstock.inference.worker;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.tensor.ModelInterface;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Has a worker load a model.
final class WorkerClient {

  private WorkerClient() {}

  /// What the worker found out about the model that it loaded and ran on made-up requests.
  static ModelInterface load(WorkerProcess worker, ByteBuffer file)
      throws ModelRefused, WorkerFailed {
    try (var wire = worker.connect()) {
      wire.begin(Message.LOAD).put((long) file.remaining()).send();
      wire.sendRaw(file);
      if (wire.receive() == Message.REFUSED) {
        throw new ModelRefused(wire.getText());
      }
      return InterfaceWire.get(wire);
    } catch (WorkerFailed e) {
      throw e;
    } catch (IOException e) {
      throw new WorkerFailed(worker.obituary(), e);
    }
  }

  static void unload(WorkerProcess worker) throws WorkerFailed {
    try (var wire = worker.connect()) {
      wire.begin(Message.UNLOAD).send();
      wire.receive();
    } catch (WorkerFailed e) {
      throw e;
    } catch (IOException e) {
      throw new WorkerFailed(worker.obituary(), e);
    }
  }
}
