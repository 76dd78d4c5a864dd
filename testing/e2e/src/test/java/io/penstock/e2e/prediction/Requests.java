package io.penstock.e2e.prediction;

import com.google.protobuf.ByteString;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Inference requests of one tensor, right and wrong ones.
final class Requests {

  private Requests() {}

  /// Over gRPC, with raw contents.
  static ModelInferRequest raw(
      String model, String datatype, Iterable<Long> shape, float... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      bytes.putFloat(number);
    }
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("features")
                .setDatatype(datatype)
                .addAllShape(shape))
        .addRawInputContents(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  /// Over REST.
  static String json(String datatype, Iterable<Long> shape, Object... data) {
    return """
        {"inputs": [{"name": "features", "datatype": "%s", "shape": %s, "data": %s}]}"""
        .formatted(datatype, shape, Arrays.toString(data));
  }
}
