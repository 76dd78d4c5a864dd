package io.penstock.conformance.cases;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/// What an answer's JSON says of its outputs.
final class RestAnswerOutputs {

  private RestAnswerOutputs() {}

  /// The parameters of one output; empty where it has none.
  static JsonObject parameters(String json, int index) {
    var outputs = JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("outputs");
    var output = outputs.get(index).getAsJsonObject();
    return output.has("parameters") ? output.getAsJsonObject("parameters") : new JsonObject();
  }
}
