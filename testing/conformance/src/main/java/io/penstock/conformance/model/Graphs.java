package io.penstock.conformance.model;

import static io.penstock.conformance.model.Graph.ANY;

import io.penstock.proto.onnx.TensorProto.DataType;
import java.util.List;

/// The graphs that the cases need: each so plain that what it must answer is plain, too.
final class Graphs {

  static final int CLASSES = 4;
  static final int TABLE_SIZE = 4;
  static final int SLOW_WIDTH = 100_000;
  static final int MOST_LOOPS = 4_000;

  private Graphs() {}

  /// Hands `INPUT0` back as `OUTPUT0`.
  static byte[] identity(DataType type, long... dims) {
    return new Graph("identity")
        .input("INPUT0", type, dims)
        .output("OUTPUT0", type, dims)
        .node("Identity", "OUTPUT0", List.of("INPUT0"))
        .toOnnx();
  }

  /// `OUTPUT0` = `INPUT0` + `INPUT1`, `OUTPUT1` = `INPUT0` - `INPUT1`.
  static byte[] addSub(DataType type, long... dims) {
    return new Graph("add_sub")
        .input("INPUT0", type, dims)
        .input("INPUT1", type, dims)
        .output("OUTPUT0", type, dims)
        .output("OUTPUT1", type, dims)
        .node("Add", "OUTPUT0", List.of("INPUT0", "INPUT1"))
        .node("Sub", "OUTPUT1", List.of("INPUT0", "INPUT1"))
        .toOnnx();
  }

  /// Adds a constant, so that versions can be told apart.
  static byte[] plus(float constant) {
    return new Graph("plus")
        .input("INPUT0", DataType.FLOAT, ANY, ANY)
        .output("OUTPUT0", DataType.FLOAT, ANY, ANY)
        .scalar("constant", constant)
        .node("Add", "OUTPUT0", List.of("INPUT0", "constant"))
        .toOnnx();
  }

  /// Declares open rows, yet subtracts the mean over all of them: batching would change answers.
  static byte[] centred() {
    return new Graph("centred")
        .input("INPUT0", DataType.FLOAT, ANY, 2)
        .output("OUTPUT0", DataType.FLOAT, ANY, 2)
        .node(
            "ReduceMean",
            "mean",
            List.of("INPUT0"),
            Graph.ints("axes", 0),
            Graph.integer("keepdims", 1))
        .node("Sub", "OUTPUT0", List.of("INPUT0", "mean"))
        .toOnnx();
  }

  /// Looks up in a table of 0, 10, 20, 30; an index outside it fails while the model runs.
  static byte[] gather() {
    return new Graph("gather")
        .input("INPUT0", DataType.INT64, ANY)
        .output("OUTPUT0", DataType.FLOAT, ANY)
        .floats("table", List.of(0f, 10f, 20f, 30f))
        .node("Gather", "OUTPUT0", List.of("table", "INPUT0"))
        .toOnnx();
  }

  /// Hands `INPUT0` back as floats after as many steps of about a millisecond as its largest value
  /// says.
  static byte[] slow() {
    var step =
        new Graph("step")
            .input("iteration", DataType.INT64)
            .input("go_on", DataType.BOOL)
            .input("before", DataType.FLOAT, SLOW_WIDTH)
            .output("still", DataType.BOOL)
            .output("after", DataType.FLOAT, SLOW_WIDTH)
            .node("Identity", "still", List.of("go_on"))
            .node("Sin", "after", List.of("before"));
    return new Graph("slow")
        .input("INPUT0", DataType.INT64, ANY, 1)
        .output("OUTPUT0", DataType.FLOAT, ANY, 1)
        .scalar("most", MOST_LOOPS)
        .scalar("true", true)
        .scalar("nothing", 0f)
        .longs("width", SLOW_WIDTH)
        .node("ReduceMax", "largest", List.of("INPUT0"), Graph.integer("keepdims", 0))
        .node("Min", "loops", List.of("largest", "most"))
        .node("ConstantOfShape", "start", List.of("width"), Graph.fill(1))
        .node("Loop", "end", List.of("loops", "true", "start"), Graph.body(step))
        .node("ReduceMean", "mean", List.of("end"), Graph.integer("keepdims", 0))
        .node("Mul", "no_matter", List.of("mean", "nothing"))
        .node("Cast", "floats", List.of("INPUT0"), Graph.integer("to", DataType.FLOAT_VALUE))
        .node("Add", "OUTPUT0", List.of("floats", "no_matter"))
        .toOnnx();
  }

  /// Adds each input to what it has seen of its sequence.
  static byte[] accumulator() {
    return new Graph("accumulator")
        .input("INPUT0", DataType.FLOAT, ANY, 1)
        .input("STATE_IN", DataType.FLOAT, ANY, 1)
        .output("OUTPUT0", DataType.FLOAT, ANY, 1)
        .output("STATE_OUT", DataType.FLOAT, ANY, 1)
        .node("Add", "OUTPUT0", List.of("INPUT0", "STATE_IN"))
        .node("Identity", "STATE_OUT", List.of("OUTPUT0"))
        .toOnnx();
  }
}
