package io.penstock.inference.runtime;

import ai.onnxruntime.OrtException;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The memory of one runner: keeps bound batches for the shapes it has seen lately, within a
/// budget, so that a run of a usual shape allocates nothing.
final class BatchMemory implements AutoCloseable {

  private final TensorFactory factory;
  private final ModelInterface model;
  private final List<TensorSpec> pinnable;
  private final long budget;
  private final LinkedHashMap<List<Shape>, BoundBatch> kept = new LinkedHashMap<>(64, 0.75f, true);
  // Atomic only for others to read it; one thread at a time writes.
  private final AtomicLong used = new AtomicLong();
  private boolean pinning;

  BatchMemory(TensorFactory factory, ModelInterface model, long budget) {
    this.factory = factory;
    this.model = model;
    this.budget = budget;
    this.pinnable =
        model.outputs().stream()
            .filter(spec -> spec.hasFixedRows() && spec.type() != DataType.BYTES)
            .toList();
    this.pinning = model.batches();
  }

  /// Memory for inputs of these shapes. The caller gives it back with [#release].
  BoundBatch acquire(List<Shape> shapes) throws OrtException {
    var known = kept.get(shapes);
    return known == null ? bind(shapes) : known;
  }

  private BoundBatch bind(List<Shape> shapes) throws OrtException {
    var batch = BoundBatch.bind(factory, model.inputs(), shapes);
    if (pinning) {
      batch.pin(factory, pinnable, shapes.getFirst().dimension(0));
    }
    return batch;
  }

  /// Keeps the memory for the next batch of these shapes, if the budget allows.
  void release(List<Shape> shapes, BoundBatch batch) {
    if (batch.size() > budget || (!pinning && !batch.outputs().isEmpty())) {
      forget(shapes, batch);
    } else if (kept.put(shapes, batch) == null) {
      used.addAndGet(batch.size());
      evict();
    }
  }

  /// The outputs turned out to have other shapes than declared: from now on the runtime allocates
  /// them.
  void stopPinning() {
    pinning = false;
  }

  /// Bytes that are kept for later batches.
  long kept() {
    return used.get();
  }

  private void forget(List<Shape> shapes, BoundBatch batch) {
    if (kept.remove(shapes) != null) {
      used.addAndGet(-batch.size());
    }
    batch.close();
  }

  private void evict() {
    var eldest = kept.entrySet().iterator();
    while (used.get() > budget) {
      var batch = eldest.next().getValue();
      eldest.remove();
      used.addAndGet(-batch.size());
      batch.close();
    }
  }

  @Override
  public void close() {
    kept.values().forEach(BoundBatch::close);
    kept.clear();
  }
}
