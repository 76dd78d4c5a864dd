package io.penstock.mlflow.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// What came back.
///
/// @param headers by their names in lower case
record FuzzAnswer(int status, Map<String, String> headers, byte[] body, Duration after) {

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  boolean isJson() {
    return headers.getOrDefault("content-type", "").startsWith("application/json");
  }
}
