package io.penstock.registry.quantization;

import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.OperatorSetIdProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TensorShapeProto;
import io.penstock.proto.onnx.TensorShapeProto.Dimension;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;
import java.util.List;
import java.util.Random;

/// Networks with matrices that are worth quantising.
public final class TestNetworks {

  private final Random random;

  public TestNetworks(long seed) {
    this.random = new Random(seed);
  }

  // Two products share an input, one matrix is turned, one comes from a node, and a name that the
  // edit would choose is taken.
  public byte[] products(int opset) {
    var graph =
        GraphProto.newBuilder()
            .setName("network")
            .addInput(value("x", TensorProto.DataType.FLOAT_VALUE, 64))
            .addOutput(value("y", TensorProto.DataType.FLOAT_VALUE, 10))
            .addInitializer(matrix("a", 64, 128))
            .addInitializer(matrix("b", 128, 64))
            .addInitializer(Weights.floats("bias", gaussian(128), List.of(128L)))
            .addNode(constant("c", matrix("c", 128, 10)))
            .addNode(node("MatMul", "one", "x", "a"))
            .addNode(gemm("two", "x", "b", "bias"))
            .addNode(node("Relu", "x_quantized", "one"))
            .addNode(node("Add", "sum", "x_quantized", "two"))
            .addNode(node("MatMul", "y", "sum", "c"));
    return model(graph, opset);
  }

  static byte[] embedding(float[] table) {
    return model(
        GraphProto.newBuilder()
            .setName("embedding")
            .addInput(value("index", TensorProto.DataType.INT64_VALUE))
            .addOutput(value("y", TensorProto.DataType.FLOAT_VALUE, 16))
            .addInitializer(Weights.floats("table", table, List.of(200L, 16L)))
            .addNode(node("Gather", "y", "table", "index")),
        13);
  }

  /// A graph whose only node has neither inputs nor outputs, and a matrix whose sizes overflow.
  static byte[] lonely(String operator) {
    return model(
        GraphProto.newBuilder()
            .addInitializer(TensorProto.newBuilder().addDims(1L << 33).addDims(1L << 31))
            .addNode(NodeProto.newBuilder().setOpType(operator)),
        13);
  }

  private static byte[] model(GraphProto.Builder graph, int opset) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private TensorProto matrix(String name, long rows, long columns) {
    return Weights.floats(name, gaussian((int) (rows * columns)), List.of(rows, columns));
  }

  float[] gaussian(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static NodeProto gemm(String output, String... inputs) {
    return node("Gemm", output, inputs).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("transB")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1))
        .build();
  }

  private static NodeProto constant(String output, TensorProto value) {
    return node("Constant", output).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(value))
        .build();
  }

  private static ValueInfoProto value(String name, int type, long... columns) {
    var shape = TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("rows"));
    for (long size : columns) {
      shape.addDim(Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }
}
