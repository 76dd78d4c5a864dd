package io.penstock.oip;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferParameter;

/// The bytes behind the JSON of a request: one tensor after the other. They are not copied.
final class BinaryTensors {

  private final byte[] body;
  private final boolean announced;
  private int at;

  /// @param from where the JSON ends
  /// @param announced whether the header says where that is
  BinaryTensors(byte[] body, int from, boolean announced) {
    this.body = body;
    this.at = from;
    this.announced = announced;
  }

  /// The next tensor.
  ///
  /// @param input how errors call it: `inputs[0]`
  /// @param size its `binary_data_size`
  ByteString next(String input, InferParameter size) {
    long bytes =
        switch (size.getParameterChoiceCase()) {
          case INT64_PARAM -> size.getInt64Param();
          default -> -1;
        };
    if (!announced) {
      throw InvalidArguments.of(
          Headers.JSON_LENGTH, "missing (expected: the length of the JSON before binary tensors)");
    }
    if (bytes < 0 || bytes > body.length - at) {
      throw InvalidArguments.of(
          input + ".parameters." + Parameters.BINARY_DATA_SIZE,
          "%s (expected: 0 to %d, the bytes that follow)"
              .formatted(bytes < 0 ? "no size" : bytes, body.length - at));
    }
    int from = at;
    at += (int) bytes;
    return UnsafeByteOperations.unsafeWrap(body, from, (int) bytes);
  }

  /// Insists that nothing is left over.
  void end() {
    if (at < body.length) {
      throw InvalidArguments.of(
          "body",
          "%d bytes behind the last binary tensor (expected: none)".formatted(body.length - at));
    }
  }
}
