package io.penstock.inference.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Runs batches on a shared session: bytes of the requests go into bound memory with one copy, the
/// outputs come out with one.
final class OnnxRunner implements ModelRunner {

  private final OrtSession session;
  private final TensorFactory factory;
  private final ModelInterface model;
  private final BatchMemory memory;
  private final Footprint footprint;
  private final RunOptions options;
  private final Set<String> outputNames = new HashSet<>();
  private boolean running;
  private boolean terminated;

  OnnxRunner(
      OrtSession session,
      TensorFactory factory,
      ModelInterface model,
      long memoryBudget,
      Footprint footprint)
      throws OrtException {
    this.session = session;
    this.factory = factory;
    this.model = model;
    this.memory = new BatchMemory(factory, model, memoryBudget);
    this.footprint = footprint;
    this.options = new RunOptions();
    model.outputs().forEach(spec -> outputNames.add(spec.name()));
    footprint.add(this);
  }

  @Override
  public List<List<Tensor>> run(List<Inputs> batch) throws RunFailed {
    begin();
    try {
      return runOnBoundMemory(batch);
    } catch (OrtException e) {
      throw failure(e);
    } finally {
      end();
    }
  }

  private List<List<Tensor>> runOnBoundMemory(List<Inputs> batch) throws OrtException, RunFailed {
    var shapes = shapes(batch);
    var bound = memory.acquire(shapes);
    try {
      fill(bound, batch);
      return execute(bound, batch, shapes);
    } catch (OrtException e) {
      if (!blamesPins(e, bound)) {
        throw e;
      }
      memory.stopPinning();
    } finally {
      memory.release(shapes, bound);
    }
    return runOnBoundMemory(batch);
  }

  // The runtime says INVALID_ARGUMENT for an output of another shape than its pinned buffer, but
  // also for wrong input
  // values; running again without pins tells them apart.
  private static boolean blamesPins(OrtException e, BoundBatch bound) {
    return e.getCode() == OrtErrorCode.ORT_INVALID_ARGUMENT && !bound.outputs().isEmpty();
  }

  private List<Shape> shapes(List<Inputs> batch) {
    var shapes = new ArrayList<Shape>(model.inputs().size());
    long rows = 0;
    for (var inputs : batch) {
      rows += inputs.rows();
    }
    for (var tensor : batch.getFirst().tensors()) {
      shapes.add(model.batches() ? tensor.shape().withRows(rows) : tensor.shape());
    }
    return shapes;
  }

  private void fill(BoundBatch bound, List<Inputs> batch) {
    for (int i = 0; i < model.inputs().size(); i++) {
      var spec = model.inputs().get(i);
      if (spec.type().isFixedWidth()) {
        var buffer = bound.buffer(spec.name()).duplicate();
        for (var inputs : batch) {
          inputs.tensors().get(i).bytes().copyTo(buffer);
        }
      }
    }
  }

  private List<List<Tensor>> execute(BoundBatch bound, List<Inputs> batch, List<Shape> shapes)
      throws OrtException, RunFailed {
    var strings = strings(batch, shapes);
    Map<String, OnnxTensor> inputs = bound.inputs();
    if (!strings.isEmpty()) {
      inputs = new HashMap<>(inputs);
      inputs.putAll(strings);
    }
    var free = free(bound);
    try (var result = session.run(inputs, free, bound.outputs(), options)) {
      return collect(bound, result, batch, shapes);
    } finally {
      strings.values().forEach(OnnxTensor::close);
    }
  }

  private Map<String, OnnxTensor> strings(List<Inputs> batch, List<Shape> shapes)
      throws OrtException, RunFailed {
    var tensors = new HashMap<String, OnnxTensor>();
    for (int i = 0; i < model.inputs().size(); i++) {
      var spec = model.inputs().get(i);
      if (spec.type() == DataType.BYTES) {
        var values = StringTensors.concat(batch, i);
        tensors.put(spec.name(), factory.ofStrings(values, shapes.get(i)));
      }
    }
    return tensors;
  }

  private Set<String> free(BoundBatch bound) {
    if (bound.outputs().isEmpty()) {
      return outputNames;
    }
    var free = new HashSet<>(outputNames);
    free.removeAll(bound.outputs().keySet());
    return free;
  }

  private List<List<Tensor>> collect(
      BoundBatch bound, OrtSession.Result result, List<Inputs> batch, List<Shape> shapes)
      throws OrtException, RunFailed {
    var split = new OutputSplit(batch);
    for (var spec : model.outputs()) {
      if (bound.outputs().containsKey(spec.name())) {
        var shape = spec.shape().withRows(shapes.getFirst().dimension(0));
        split.addReused(spec, shape, bound.buffer(spec.name()));
      } else {
        add(split, spec, (OnnxTensor) result.get(spec.name()).orElseThrow());
      }
    }
    return split.answers();
  }

  private static void add(OutputSplit split, TensorSpec spec, OnnxTensor tensor)
      throws OrtException, RunFailed {
    var shape = Shape.of(tensor.getInfo().getShape());
    if (spec.type() == DataType.BYTES) {
      split.addTexts(spec, shape, StringTensors.encode(strings(tensor)));
    } else {
      split.addOwned(
          spec, shape, shape.elements() == 0 ? ByteBuffer.allocate(0) : tensor.getByteBuffer());
    }
  }

  private static String[] strings(OnnxTensor tensor) throws OrtException {
    return tensor.getValue() instanceof String single
        ? new String[] {single}
        : flatten(tensor.getValue());
  }

  private static String[] flatten(Object nested) {
    if (nested instanceof String[] flat) {
      return flat;
    }
    var all = new ArrayList<String>();
    for (var part : (Object[]) nested) {
      all.addAll(List.of(flatten(part)));
    }
    return all.toArray(String[]::new);
  }

  private RunFailed failure(OrtException e) {
    if (wasTerminated()) {
      return new RunFailed(RunFailed.Cause.TERMINATED, e);
    }
    return new RunFailed(
        e.getCode() == OrtErrorCode.ORT_INVALID_ARGUMENT
            ? RunFailed.Cause.INPUT
            : RunFailed.Cause.MODEL,
        e);
  }

  private synchronized void begin() {
    running = true;
  }

  private synchronized boolean wasTerminated() {
    return terminated;
  }

  private synchronized void end() {
    running = false;
    if (terminated) {
      terminated = false;
      setTerminate(false);
    }
  }

  @Override
  public synchronized void terminate() {
    if (running && !terminated) {
      terminated = true;
      setTerminate(true);
    }
  }

  /// Bytes that it keeps for later batches.
  long kept() {
    return memory.kept();
  }

  private void setTerminate(boolean value) {
    try {
      options.setTerminate(value);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    footprint.remove(this);
    memory.close();
    options.close();
  }
}
