package io.penstock.oip;

import org.jspecify.annotations.Nullable;

/// The headers of an HTTP message, whichever library holds them.
@FunctionalInterface
public interface Headers {

  /// The length of the JSON in front of the binary tensors; 0 for a body that is one raw tensor.
  String JSON_LENGTH = "Inference-Header-Content-Length";

  /// The value of a header, whatever the case of its name; null where it is absent.
  @Nullable String get(String name);
}
