package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.OperatorSetIdProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TensorShapeProto;
import io.penstock.proto.onnx.TensorShapeProto.Dimension;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/// A multilayer perceptron with random weights, as an ONNX file: input `x` FP32 [-1, first], output
/// `y` FP32 [-1, last].
final class Mlp {

  private final Random random = new Random(17);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("mlp");

  private Mlp() {}

  static byte[] onnx(int... sizes) {
    return new Mlp().build(sizes);
  }

  private byte[] build(int[] sizes) {
    graph.addInput(value("x", sizes[0]));
    graph.addOutput(value("y", sizes[sizes.length - 1]));
    var from = "x";
    for (int layer = 1; layer < sizes.length; layer++) {
      boolean last = layer == sizes.length - 1;
      from = dense(from, layer, sizes[layer - 1], sizes[layer], last);
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private String dense(String from, int layer, int inputs, int outputs, boolean last) {
    var weights = "w" + layer;
    var bias = "b" + layer;
    graph.addInitializer(matrix(weights, inputs, outputs));
    graph.addInitializer(matrix(bias, outputs));
    var sum = last ? "y" : "sum" + layer;
    graph.addNode(node("Gemm", sum, from, weights, bias));
    if (last) {
      return sum;
    }
    graph.addNode(node("Relu", "relu" + layer, sum));
    return "relu" + layer;
  }

  private TensorProto matrix(String name, int... shape) {
    int count = 1;
    var tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (int size : shape) {
      tensor.addDims(size);
      count *= size;
    }
    var bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    double scale = 1 / Math.sqrt(shape[0]);
    for (int i = 0; i < count; i++) {
      bytes.putFloat((float) (random.nextGaussian() * scale));
    }
    return tensor.setRawData(ByteString.copyFrom(bytes.flip())).build();
  }

  private static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto value(String name, int columns) {
    var shape =
        TensorShapeProto.newBuilder()
            .addDim(Dimension.newBuilder().setDimParam("rows"))
            .addDim(Dimension.newBuilder().setDimValue(columns));
    var type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
