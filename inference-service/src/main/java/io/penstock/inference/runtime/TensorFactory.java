package io.penstock.inference.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import java.nio.ByteBuffer;

/// Makes tensors of ONNX Runtime over our own memory.
final class TensorFactory {

  private final OrtEnvironment environment;
  private final UnsignedTensors unsigned;

  TensorFactory(OrtEnvironment environment) {
    this.environment = environment;
    this.unsigned = UnsignedTensors.of(environment);
  }

  /// A tensor that reads and writes the direct buffer itself, from its start to its end.
  OnnxTensor over(ByteBuffer buffer, DataType type, Shape shape) throws OrtException {
    return switch (type) {
      case UINT16, UINT32, UINT64 -> unsigned.over(buffer, OnnxTypes.toOnnx(type), shape);
      default ->
          OnnxTensor.createTensor(
              environment,
              buffer,
              shape.toArray(),
              OnnxJavaType.mapFromOnnxTensorType(OnnxTypes.toOnnx(type)));
    };
  }

  /// A tensor of strings, which the runtime copies.
  OnnxTensor ofStrings(String[] values, Shape shape) throws OrtException {
    return OnnxTensor.createTensor(environment, values, shape.toArray());
  }
}
