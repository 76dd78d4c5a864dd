package io.penstock.inference.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A session of ONNX Runtime, shared by the runners of a version.
final class OnnxModel implements RunnableModel {

  private final OrtSession session;
  private final TensorFactory factory;
  private final ModelInterface shape;
  private final long runnerMemory;
  private final Footprint footprint;

  private OnnxModel(
      OrtSession session,
      TensorFactory factory,
      ModelInterface shape,
      long runnerMemory,
      Footprint footprint) {
    this.session = session;
    this.factory = factory;
    this.shape = shape;
    this.runnerMemory = runnerMemory;
    this.footprint = footprint;
  }

  static OnnxModel of(
      OrtSession session, TensorFactory factory, long runnerMemory, SessionArena arena)
      throws OrtException, ModelRefused {
    return new OnnxModel(
        session, factory, read(session), runnerMemory, new Footprint(session, arena));
  }

  @Override
  public ModelInterface shape() {
    return shape;
  }

  /// The same model, with what the probe found out about batching.
  OnnxModel withBatches(boolean batches) {
    return new OnnxModel(session, factory, shape.withBatches(batches), runnerMemory, footprint);
  }

  /// Notes what the process' heap grew by while this was loaded.
  OnnxModel loadedInto(long bytes) {
    footprint.loaded(bytes);
    return this;
  }

  @Override
  public long bytes() {
    return footprint.bytes();
  }

  @Override
  public ModelRunner openRunner() {
    try {
      return new OnnxRunner(session, factory, shape, runnerMemory, footprint);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    footprint.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelInterface read(OrtSession session) throws OrtException, ModelRefused {
    var inputs = session.getInputInfo();
    var outputs = session.getOutputInfo();
    var inputSpecs = specs(inputs);
    var outputSpecs = specs(outputs);
    if (inputSpecs.size() != inputs.size() || inputSpecs.isEmpty()) {
      throw new ModelRefused("the model takes something else than tensors of the protocol's types");
    }
    if (outputSpecs.isEmpty()) {
      throw new ModelRefused(
          "the model gives no tensor; a classifier must be exported without ZipMap");
    }
    boolean open =
        Stream.concat(inputSpecs.stream(), outputSpecs.stream()).allMatch(TensorSpec::hasOpenRows);
    return new ModelInterface(inputSpecs, outputSpecs, open && rowsHaveOneName(inputs));
  }

  // Sequences and maps, which the protocol cannot say, are left out.
  private static List<TensorSpec> specs(Map<String, ai.onnxruntime.NodeInfo> nodes) {
    var specs = new ArrayList<TensorSpec>();
    nodes.forEach(
        (name, node) -> {
          if (node.getInfo() instanceof TensorInfo info) {
            OnnxTypes.fromOnnx(info.onnxType)
                .ifPresent(
                    type -> specs.add(new TensorSpec(name, type, Shape.of(info.getShape()))));
          }
        });
    return specs;
  }

  // Two inputs whose first dimensions have different names are not rows of one batch.
  private static boolean rowsHaveOneName(Map<String, ai.onnxruntime.NodeInfo> inputs) {
    return inputs.values().stream()
            .map(
                node -> node.getInfo() instanceof TensorInfo info ? info.getDimensionNames() : null)
            .filter(names -> names != null && names.length > 0 && !names[0].isEmpty())
            .map(names -> names[0])
            .distinct()
            .count()
        <= 1;
  }
}
