package io.penstock.mlflow.wire;

import com.google.gson.JsonElement;
import java.util.Map;

/// What is expected of an answer.
///
/// @param status three digits, or `4XX` for any refusal
record WireAnswer(String status, Map<String, String> headers, Body body) {

  sealed interface Body {}

  /// A JSON object, with matchers in it: see [Expectation].
  record Json(JsonElement value) implements Body {}

  /// MLflow's error body.
  record Error(String code, String message) implements Body {}

  /// Bytes that are no JSON.
  record Text(String value) implements Body {}
}
