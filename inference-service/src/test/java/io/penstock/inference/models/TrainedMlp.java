package io.penstock.inference.models;

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
import java.util.Random;

/// A classifier with one hidden layer, trained by plain stochastic gradient descent on one thread,
/// and written as ONNX: `pixels` FP32 [-1, inputs] in, `probability` FP32 [-1, classes] out.
final class TrainedMlp {

  private static final int OPSET = 17;
  private static final float RATE = 0.02f;

  private final int inputs;
  private final int hidden;
  private final int classes;
  // Row by row, from the layer before.
  private final float[][] first;
  private final float[] firstBias;
  private final float[][] second;
  private final float[] secondBias;
  private final float[] activations;
  private final float[] outputs;

  TrainedMlp(int inputs, int hidden, int classes, Random random) {
    this.inputs = inputs;
    this.hidden = hidden;
    this.classes = classes;
    this.first = weights(hidden, inputs, random);
    this.firstBias = new float[hidden];
    this.second = weights(classes, hidden, random);
    this.secondBias = new float[classes];
    this.activations = new float[hidden];
    this.outputs = new float[classes];
  }

  private static float[][] weights(int rows, int columns, Random random) {
    float scale = (float) Math.sqrt(2.0 / columns);
    var weights = new float[rows][columns];
    for (var row : weights) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian() * scale;
      }
    }
    return weights;
  }

  /// Learns from so many pictures, in an order of chance, in ever smaller steps.
  void learn(FashionMnist data, int pictures, Random random) {
    for (int i = 0; i < pictures; i++) {
      int picture = random.nextInt(data.count());
      learn(data.pixels()[picture], data.labels()[picture], RATE * (1 - i / (float) pictures));
    }
  }

  private void learn(float[] pixels, int label, float rate) {
    predict(pixels);
    var blame = new float[hidden];
    for (int c = 0; c < classes; c++) {
      float error = outputs[c] - (c == label ? 1 : 0);
      for (int h = 0; h < hidden; h++) {
        blame[h] += error * second[c][h];
        second[c][h] -= rate * error * activations[h];
      }
      secondBias[c] -= rate * error;
    }
    for (int h = 0; h < hidden; h++) {
      if (activations[h] > 0) {
        add(first[h], pixels, -rate * blame[h]);
        firstBias[h] -= rate * blame[h];
      }
    }
  }

  private static void add(float[] to, float[] values, float times) {
    for (int i = 0; i < to.length; i++) {
      to[i] += times * values[i];
    }
  }

  /// The probabilities of the classes; overwritten by the next call.
  float[] predict(float[] pixels) {
    for (int h = 0; h < hidden; h++) {
      activations[h] = Math.max(0, firstBias[h] + dot(first[h], pixels));
    }
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      outputs[c] = secondBias[c] + dot(second[c], activations);
      most = Math.max(most, outputs[c]);
    }
    float sum = 0;
    for (int c = 0; c < classes; c++) {
      outputs[c] = (float) Math.exp(outputs[c] - most);
      sum += outputs[c];
    }
    for (int c = 0; c < classes; c++) {
      outputs[c] /= sum;
    }
    return outputs;
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  byte[] onnx() {
    var graph =
        GraphProto.newBuilder()
            .setName("mlp")
            .addInput(matrix("pixels", inputs))
            .addOutput(matrix("probability", classes))
            .addInitializer(tensor("first", first, inputs))
            .addInitializer(tensor("first_bias", firstBias))
            .addInitializer(tensor("second", second, hidden))
            .addInitializer(tensor("second_bias", secondBias))
            .addNode(layer("sums", "pixels", "first", "first_bias"))
            .addNode(node("Relu", "activations", "sums"))
            .addNode(layer("scores", "activations", "second", "second_bias"))
            .addNode(node("Softmax", "probability", "scores"));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("penstock")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto.Builder node(String operator, String output, String... from) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(List.of(from))
        .addOutput(output);
  }

  private static NodeProto.Builder layer(String output, String... from) {
    var layer = node("Gemm", output, from);
    layer.addAttributeBuilder().setName("transB").setType(AttributeProto.AttributeType.INT).setI(1);
    return layer;
  }

  private static TensorProto.Builder tensor(String name, float[][] rows, int columns) {
    var tensor = tensor(name).addDims(rows.length).addDims(columns);
    for (var row : rows) {
      for (float value : row) {
        tensor.addFloatData(value);
      }
    }
    return tensor;
  }

  private static TensorProto.Builder tensor(String name, float[] values) {
    var tensor = tensor(name).addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor;
  }

  private static TensorProto.Builder tensor(String name) {
    return TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
  }

  private static ValueInfoProto matrix(String name, int columns) {
    var shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("rows");
    shape.addDimBuilder().setDimValue(columns);
    var tensor = TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
