package io.penstock.oip;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.ByteSink;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import io.penstock.proto.oip.ModelMetadataResponse;
import io.penstock.proto.oip.ModelMetadataResponse.TensorMetadata;

/// A body that is the bytes of the model's only input. What it does not say, the model's metadata
/// must: type and shape, of which the number of rows follows from the length.
final class RawRequest {

  private static final String FIELD = "body";

  private RawRequest() {}

  static void fill(ModelInferRequest.Builder request, ModelMetadataResponse model, byte[] body) {
    if (model.getInputsCount() != 1) {
      throw InvalidArguments.of(
          FIELD,
          "a raw tensor for the %d inputs of model %s (expected: a model with one input)"
              .formatted(model.getInputsCount(), model.getName()));
    }
    TensorMetadata input = model.getInputs(0);
    Datatype type =
        Datatype.named(input.getDatatype())
            .orElseThrow(() -> new IllegalStateException("a model of " + input.getDatatype()));
    ByteString bytes =
        type == Datatype.BYTES ? oneText(body) : UnsafeByteOperations.unsafeWrap(body);
    TensorShape shape = shape(input, type, body.length);
    shape.check(FIELD, type, bytes);
    request
        .addInputs(
            InferInputTensor.newBuilder()
                .setName(input.getName())
                .setDatatype(input.getDatatype())
                .addAllShape(shape.boxed()))
        .addRawInputContents(bytes)
        .putParameters(
            Parameters.BINARY_DATA_OUTPUT, InferParameter.newBuilder().setBoolParam(true).build());
  }

  private static ByteString oneText(byte[] body) {
    ByteSink sink = new ByteSink(Integer.BYTES + body.length);
    sink.putInt(body.length);
    sink.put(body, 0, body.length);
    return sink.toByteString();
  }

  /// One open dimension takes what the body has; of two, the first is one row. More are a riddle.
  private static TensorShape shape(TensorMetadata input, Datatype type, int bytes) {
    long[] dimensions = input.getShapeList().stream().mapToLong(Long::longValue).toArray();
    int open = (int) input.getShapeList().stream().filter(size -> size < 0).count();
    if (open > 2) {
      throw InvalidArguments.of(
          FIELD,
          "a raw tensor for shape %s (expected: one open dimension besides the rows)"
              .formatted(input.getShapeList()));
    }
    long known = type == Datatype.BYTES ? 1 : type.width();
    for (long size : dimensions) {
      known *= Math.abs(size);
    }
    long rest = known == 0 ? 0 : (type == Datatype.BYTES ? 1 : bytes) / known;
    return TensorShape.of(closed(dimensions, open, rest));
  }

  private static long[] closed(long[] dimensions, int open, long rest) {
    int left = open;
    for (int i = 0; i < dimensions.length; i++) {
      if (dimensions[i] < 0) {
        dimensions[i] = left == 1 ? rest : 1;
        left--;
      }
    }
    return dimensions;
  }
}
