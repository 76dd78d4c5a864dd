package io.penstock.inference.sequence;

import com.google.protobuf.ByteString;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.serving.VersionConfig.Control;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionConfig.State;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/// A model that remembers, as its callers see it: without the tensors that go round, and without
/// those that say where in the sequence it is.
final class SequenceModel {

  /// An output that comes back as an input, with the shape it begins with; -1 for the rows.
  private record Loop(TensorSpec input, TensorSpec output, Shape first) {}

  private record Told(Control control, TensorSpec input) {}

  private final ModelInterface model;
  private final List<Loop> loops;
  private final List<Told> controls;
  private final ModelInterface shape;

  private SequenceModel(ModelInterface model, List<Loop> loops, List<Told> controls) {
    this.model = model;
    this.loops = loops;
    this.controls = controls;
    this.shape = outside();
  }

  /// Throws [IllegalArgumentException] where the configuration does not fit the model.
  static SequenceModel of(Sequence config, ModelInterface model) {
    return new SequenceModel(
        model,
        config.states().stream().map(state -> loop(state, model)).toList(),
        config.controls().stream()
            .map(control -> new Told(control, input(control.input(), model)))
            .toList());
  }

  private static TensorSpec input(String name, ModelInterface model) {
    return model
        .input(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sequence_batching names '%s', which is no input".formatted(name)));
  }

  private static TensorSpec output(String name, ModelInterface model) {
    return model.outputs().stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sequence_batching names '%s', which is no output".formatted(name)));
  }

  private static Loop loop(State state, ModelInterface model) {
    var input = input(state.input(), model);
    var output = output(state.output(), model);
    var first = state.shape().isEmpty() ? input.shape() : Shape.of(state.shape());
    if (input.type() != output.type() || input.type() == DataType.BYTES) {
      throw new IllegalArgumentException(
          "the state '%s' is %s and comes from %s, expected numbers of one type"
              .formatted(input.name(), input.type(), output.type()));
    }
    if (first.rank() != input.shape().rank() || open(first) > 1) {
      throw new IllegalArgumentException(
          "the state '%s' begins as %s, expected the form of %s with one size open, that of the rows"
              .formatted(input.name(), first, input.shape()));
    }
    return new Loop(input, output, first);
  }

  private static long open(Shape shape) {
    return LongStream.of(shape.toArray()).filter(size -> size == Shape.ANY).count();
  }

  private ModelInterface outside() {
    Set<String> hiddenInputs = new HashSet<>();
    loops.forEach(loop -> hiddenInputs.add(loop.input().name()));
    controls.forEach(told -> hiddenInputs.add(told.input().name()));
    var inputs =
        model.inputs().stream().filter(spec -> !hiddenInputs.contains(spec.name())).toList();
    var outputs = model.outputs().stream().filter(spec -> !isState(spec.name())).toList();
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException("nothing is left for callers to send, or to be told");
    }
    return new ModelInterface(inputs, outputs, model.batches());
  }

  private boolean isState(String output) {
    return loops.stream().anyMatch(loop -> loop.output().name().equals(output));
  }

  /// What callers send and are told.
  ModelInterface shape() {
    return shape;
  }

  /// Rows of a request, which stay the same through a sequence.
  long rows(Inputs given) {
    return shape.inputs().getFirst().hasOpenRows()
        ? given.tensors().getFirst().shape().dimension(0)
        : 1;
  }

  /// Bytes that a sequence of so many rows holds.
  long stateBytes(long rows) {
    long sum = 0;
    for (var loop : loops) {
      sum += Math.multiplyExact(first(loop, rows).elements(), (long) loop.input().type().size());
    }
    return sum;
  }

  /// The state that a sequence begins with.
  List<Tensor> begin(long rows) {
    return loops.stream().map(loop -> zeros(loop, first(loop, rows))).toList();
  }

  private static Shape first(Loop loop, long rows) {
    return loop.first().filled(rows);
  }

  private static Tensor zeros(Loop loop, Shape shape) {
    int bytes =
        Math.toIntExact(Math.multiplyExact(shape.elements(), (long) loop.input().type().size()));
    return Tensor.packed(
        loop.input().name(), loop.input().type(), shape, ByteString.copyFrom(new byte[bytes]));
  }

  /// What the model is given at a step.
  Inputs inputs(Inputs given, List<Tensor> states, SequenceStep step) {
    Map<String, Tensor> all = new HashMap<>();
    given.tensors().forEach(tensor -> all.put(tensor.name(), tensor));
    states.forEach(state -> all.put(state.name(), state));
    long rows = rows(given);
    for (var told : controls) {
      all.put(told.input().name(), ControlTensors.of(told.control(), told.input(), step, rows));
    }
    return model.accept(all);
  }

  /// The state after a step. Copied, because an output may be a small piece of a whole batch's
  /// memory.
  List<Tensor> states(List<Tensor> outputs) {
    var states = new ArrayList<Tensor>(loops.size());
    for (var loop : loops) {
      var output = named(outputs, loop.output().name());
      var bytes = ByteString.copyFrom(output.bytes().asReadOnlyByteBuffer());
      states.add(Tensor.packed(loop.input().name(), output.type(), output.shape(), bytes));
    }
    return List.copyOf(states);
  }

  private static Tensor named(List<Tensor> outputs, String name) {
    return outputs.stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the model gave no output " + name));
  }

  /// What callers are told of a step.
  List<Tensor> answer(List<Tensor> outputs) {
    return outputs.stream().filter(tensor -> !isState(tensor.name())).toList();
  }
}
