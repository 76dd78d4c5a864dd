package io.penstock.testkit;

import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.OperatorSetIdProto;
import io.penstock.proto.onnx.StringStringEntryProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TensorProto.DataLocation;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.proto.onnx.TensorShapeProto;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;

/// Tiny ONNX files, valid and otherwise, written from the format's own protobuf.
///
/// The models are logistic: `probability = sigmoid(features · weights + bias)`, FP32 `[-1, n]` to
/// FP32 `[-1, 1]`.
public final class TestOnnx {

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private TestOnnx() {}

  /// A logistic model over `features` that answers `probability`.
  public static byte[] logistic(float bias, float... weights) {
    return model(graph(bias, weights).build()).toByteArray();
  }

  /// What [#logistic] must answer to one row.
  public static float expected(float bias, float[] weights, float... row) {
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[i];
    }
    return (float) (1 / (1 + Math.exp(-sum)));
  }

  /// A model that hands `features`, `[-1, width]`, back as `probability`.
  public static byte[] identity(int width) {
    return model(
            GraphProto.newBuilder()
                .setName("identity")
                .addInput(matrix("features", width))
                .addOutput(matrix("probability", width))
                .addNode(node("Identity", "probability", "features"))
                .build())
        .toByteArray();
  }

  /// A model whose weights claim to lie in another file: `../../etc/passwd` and the like must never
  /// be opened.
  public static byte[] withExternalData(String location) {
    var graph = graph(0, 1);
    graph
        .getInitializerBuilder(0)
        .clearFloatData()
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location));
    return model(graph.build()).toByteArray();
  }

  /// A model with an operator that no runtime knows.
  public static byte[] withUnknownOperator() {
    return model(
            GraphProto.newBuilder()
                .setName("unknown")
                .addInput(matrix("features", 1))
                .addOutput(matrix("probability", 1))
                .addNode(node("NoSuchOperator", "probability", "features"))
                .build())
        .toByteArray();
  }

  private static GraphProto.Builder graph(float bias, float... weights) {
    var weightTensor =
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(DataType.FLOAT_VALUE)
            .addDims(weights.length)
            .addDims(1);
    for (float weight : weights) {
      weightTensor.addFloatData(weight);
    }
    return GraphProto.newBuilder()
        .setName("logistic")
        .addInput(matrix("features", weights.length))
        .addOutput(matrix("probability", 1))
        .addInitializer(weightTensor)
        .addInitializer(
            TensorProto.newBuilder()
                .setName("bias")
                .setDataType(DataType.FLOAT_VALUE)
                .addDims(1)
                .addFloatData(bias))
        .addNode(node("MatMul", "product", "features", "weights"))
        .addNode(node("Add", "sum", "product", "bias"))
        .addNode(node("Sigmoid", "probability", "sum"));
  }

  private static ModelProto model(GraphProto graph) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("penstock-testkit")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(operator.toLowerCase(java.util.Locale.ROOT) + "_" + output)
        .addAllInput(java.util.List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto matrix(String name, int columns) {
    var shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("rows"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns));
    var tensor = TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
