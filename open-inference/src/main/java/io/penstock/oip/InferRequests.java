package io.penstock.oip;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.JsonReader;
import io.penstock.oip.json.MalformedJson;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelMetadataResponse;

/// Infer requests over HTTP as messages, every tensor raw. What is wrong is refused as
/// INVALID_ARGUMENT with the field named.
///
/// The tensors of a message lie in the body where they can: whoever hands a body over must not
/// write to it again.
public final class InferRequests {

  private InferRequests() {}

  /// Whether the body is nothing but the bytes of the model's only input; then [#readRaw] reads it,
  /// and needs the model's metadata.
  public static boolean isRaw(Headers headers) {
    String length = headers.get(Headers.JSON_LENGTH);
    return length != null && length.equals("0");
  }

  /// A request in JSON, with binary tensors behind it or without.
  ///
  /// @param target the model, which the path says; the body may add a version
  /// @param body not compressed, see [Compression]
  public static ModelInferRequest read(InferTarget target, byte[] body, Headers headers) {
    String announced = headers.get(Headers.JSON_LENGTH);
    int end = announced == null ? body.length : jsonLength(announced, body.length);
    BinaryTensors binary = new BinaryTensors(body, end, announced != null);
    try {
      ModelInferRequest.Builder request =
          new RequestReader(new JsonReader(body, 0, end), binary).read();
      target.putInto(request);
      return request.build();
    } catch (MalformedJson e) {
      throw InvalidArguments.of("body", "no JSON of a request: " + e.problem());
    }
  }

  private static int jsonLength(String announced, int most) {
    int length = parsed(announced);
    if (length < 0 || length > most) {
      throw InvalidArguments.of(
          Headers.JSON_LENGTH,
          "%s (expected: 0 to %d, the length of the body)".formatted(announced, most));
    }
    return length;
  }

  private static int parsed(String announced) {
    try {
      return Integer.parseInt(announced);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// A request that is the bytes of one tensor. All its outputs are answered in binary.
  public static ModelInferRequest readRaw(
      InferTarget target, byte[] body, ModelMetadataResponse metadata) {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
    target.putInto(request);
    RawRequest.fill(request, metadata, body);
    return request.build();
  }
}
