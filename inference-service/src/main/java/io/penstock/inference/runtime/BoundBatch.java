package io.penstock.inference.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Memory for batches of one exact shape with the runtime's tensors already bound to it: input
/// buffers that are written anew for each run, and output buffers that the runtime writes into
/// where the outputs' shape is known beforehand.
final class BoundBatch implements AutoCloseable {

  private final NativeBuffers memory = new NativeBuffers();
  private final Map<String, ByteBuffer> buffers = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
  private long size;

  private BoundBatch() {}

  /// Binds the inputs of a fixed width; strings have no place in it.
  static BoundBatch bind(TensorFactory factory, List<TensorSpec> specs, List<Shape> shapes)
      throws OrtException {
    var batch = new BoundBatch();
    try {
      for (int i = 0; i < specs.size(); i++) {
        if (specs.get(i).type().isFixedWidth()) {
          batch.inputs.put(specs.get(i).name(), batch.tensor(factory, specs.get(i), shapes.get(i)));
        }
      }
      return batch;
    } catch (OrtException | RuntimeException e) {
      batch.close();
      throw e;
    }
  }

  /// Binds the outputs that have one fixed size a row.
  void pin(TensorFactory factory, List<TensorSpec> specs, long rows) throws OrtException {
    for (var spec : specs) {
      outputs.put(spec.name(), tensor(factory, spec, spec.shape().withRows(rows)));
    }
  }

  private OnnxTensor tensor(TensorFactory factory, TensorSpec spec, Shape shape)
      throws OrtException {
    long bytes = Math.multiplyExact(shape.elements(), (long) spec.type().size());
    var buffer = memory.allocate(bytes);
    size += bytes;
    buffers.put(spec.name(), buffer);
    return factory.over(buffer, spec.type(), shape);
  }

  ByteBuffer buffer(String name) {
    return Objects.requireNonNull(buffers.get(name), name);
  }

  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  /// The pinned outputs; empty where none are.
  Map<String, OnnxTensor> outputs() {
    return outputs;
  }

  long size() {
    return size;
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    memory.close();
  }
}
