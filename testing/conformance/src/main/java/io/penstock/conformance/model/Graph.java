package io.penstock.conformance.model;

import com.google.protobuf.ByteString;
import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.OperatorSetIdProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.proto.onnx.TensorShapeProto;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;
import java.util.List;

/// An ONNX graph while it is written.
final class Graph {

  /// A dimension that the caller chooses.
  static final long ANY = -1;

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  Graph(String name) {
    graph.setName(name);
  }

  Graph input(String name, DataType type, long... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  Graph output(String name, DataType type, long... dims) {
    graph.addOutput(value(name, type, dims));
    return this;
  }

  Graph node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + "_" + output)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  Graph floats(String name, List<Float> values) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT_VALUE)
            .addDims(values.size())
            .addAllFloatData(values));
    return this;
  }

  /// A constant without dimensions.
  Graph scalar(String name, float value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT_VALUE)
            .addFloatData(value));
    return this;
  }

  Graph scalar(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64_VALUE)
            .addInt64Data(value));
    return this;
  }

  Graph scalar(String name, boolean value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.BOOL_VALUE)
            .setRawData(ByteString.copyFrom(new byte[] {(byte) (value ? 1 : 0)})));
    return this;
  }

  Graph longs(String name, long... values) {
    var tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  GraphProto toProto() {
    return graph.build();
  }

  /// The file.
  byte[] toOnnx() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("penstock-conformance")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  static AttributeProto ints(String name, long... values) {
    var attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto body(Graph body) {
    return AttributeProto.newBuilder()
        .setName("body")
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(body.toProto())
        .build();
  }

  /// What a tensor of one element is filled with.
  static AttributeProto fill(float value) {
    var tensor =
        TensorProto.newBuilder().setDataType(DataType.FLOAT_VALUE).addDims(1).addFloatData(value);
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(tensor)
        .build();
  }

  private static ValueInfoProto value(String name, DataType type, long... dims) {
    var shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < dims.length; i++) {
      dimension(shape.addDimBuilder(), i, dims[i]);
    }
    var tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static void dimension(TensorShapeProto.Dimension.Builder out, int index, long size) {
    if (size == ANY) {
      out.setDimParam(index == 0 ? "rows" : "d" + index);
    } else {
      out.setDimValue(size);
    }
  }
}
