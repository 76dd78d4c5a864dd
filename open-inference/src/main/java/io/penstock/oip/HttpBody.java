package io.penstock.oip;

/// The body of an answer over HTTP.
///
/// @param jsonLength the length of the JSON before binary tensors, which the header
///   [Headers#JSON_LENGTH] must tell; -1 where all of the body is JSON
public record HttpBody(byte[] bytes, int jsonLength) {

  /// A body that is JSON only.
  public static HttpBody json(byte[] bytes) {
    return new HttpBody(bytes, -1);
  }

  /// Whether binary tensors stand behind the JSON.
  public boolean isBinary() {
    return jsonLength >= 0;
  }

  /// The value of `Content-Type`.
  public String contentType() {
    return isBinary() ? "application/octet-stream" : "application/json";
  }
}
