package io.penstock.inference.runtime;

import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import java.util.List;

/// Runs a model, one batch at a time, on memory of its own. Any thread may use it after another has
/// done with it; only [#terminate()] may come in between.
public interface ModelRunner extends AutoCloseable {

  /// Runs requests of one batch key together and gives each its outputs, in the order of the
  /// requests. The outputs own their memory.
  List<List<Tensor>> run(List<Inputs> batch) throws RunFailed;

  /// Stops the current run as soon as the runtime notices; it fails then. Later runs are not
  /// affected.
  void terminate();

  @Override
  void close();
}
