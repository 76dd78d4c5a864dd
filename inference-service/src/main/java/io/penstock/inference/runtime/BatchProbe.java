package io.penstock.inference.runtime;

import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a fresh model on made-up requests: warms it, and finds out whether rows of several requests
/// may really run together. A graph can declare open rows and still mix them (a normalisation over
/// the batch, say); then batching would change answers.
final class BatchProbe {

  private static final Logger log = LoggerFactory.getLogger(BatchProbe.class);

  /// Sizes tried for open dimensions, until the model runs on one: a convolution needs more than
  /// one pixel.
  private static final List<Long> OPEN_SIZES = List.of(1L, 8L, 32L, 224L);

  // Kernels add up in another order for another number of rows.
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-4;

  private final ModelRunner runner;
  private final ModelInterface model;

  BatchProbe(ModelRunner runner, ModelInterface model) {
    this.runner = runner;
    this.model = model;
  }

  /// Whether batches give the answers that single requests give. Fails where a model of known shape
  /// does not run at all.
  boolean batches() throws RunFailed {
    var open = openSize();
    if (open.isEmpty() || !model.batches()) {
      return false;
    }
    try {
      return sameTogether(open.get(), true);
    } catch (RunFailed onesAreNoValues) {
      return sameTogetherOrNot(open.get());
    }
  }

  private boolean sameTogetherOrNot(long open) {
    try {
      return sameTogether(open, false);
    } catch (RunFailed e) {
      log.info("A model does not run on two rows, so it will not batch: {}", e.getMessage());
      return false;
    }
  }

  private Optional<Long> openSize() throws RunFailed {
    var fails = new RunFailed(RunFailed.Cause.MODEL, "not run");
    for (long size : OPEN_SIZES) {
      try {
        runner.run(List.of(SyntheticInputs.of(model, 1, size, false)));
        return Optional.of(size);
      } catch (RunFailed e) {
        fails = e;
      }
    }
    if (hasKnownShape()) {
      throw fails;
    }
    log.info("A model runs on no made-up request, so it starts cold: {}", fails.getMessage());
    return Optional.empty();
  }

  private boolean hasKnownShape() {
    return model.inputs().stream().allMatch(spec -> spec.shape().isFixed() || spec.hasFixedRows());
  }

  private boolean sameTogether(long open, boolean ones) throws RunFailed {
    var first = SyntheticInputs.of(model, 1, open, false);
    var second = SyntheticInputs.of(model, 2, open, ones);
    var together = runner.run(List.of(first, second));
    return same(alone(first), together.getFirst()) && same(alone(second), together.getLast());
  }

  private List<Tensor> alone(Inputs inputs) throws RunFailed {
    return runner.run(List.of(inputs)).getFirst();
  }

  private static boolean same(List<Tensor> alone, List<Tensor> together) {
    for (int i = 0; i < alone.size(); i++) {
      if (!same(alone.get(i), together.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Tensor alone, Tensor together) {
    if (!alone.shape().equals(together.shape())) {
      return false;
    }
    if (!alone.type().isFixedWidth()) {
      return alone.values().equals(together.values());
    }
    var expected = Numbers.of(alone);
    var given = Numbers.of(together);
    for (int i = 0; i < expected.count(); i++) {
      if (!near(expected.get(i), given.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean near(double expected, double given) {
    return Double.compare(expected, given) == 0
        || Math.abs(expected - given) <= ABSOLUTE + RELATIVE * Math.abs(expected);
  }
}
