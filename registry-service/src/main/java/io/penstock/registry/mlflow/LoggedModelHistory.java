package io.penstock.registry.mlflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.penstock.registry.MlflowFailure;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The tag in which clients 2.x note the models that a run saved: a JSON array with what matters of
/// each MLmodel file.
final class LoggedModelHistory {

  private static final int LONGEST = 1_000_000;
  private static final List<String> MANDATORY =
      List.of("artifact_path", "flavors", "run_id", "utc_time_created");
  private static final List<String> KEPT =
      List.of("run_id", "artifact_path", "utc_time_created", "model_uuid");

  private LoggedModelHistory() {}

  /// What the history keeps of an MLmodel file.
  static JsonObject entry(String modelJson) {
    var model = parse(modelJson);
    requireFields(model);
    var entry = new JsonObject();
    for (var field : KEPT) {
      if (model.has(field)) {
        entry.add(field, model.get(field));
      }
    }
    entry.add("flavors", flavors(model.get("flavors")));
    return entry;
  }

  private static JsonObject parse(String json) {
    try {
      if (JsonParser.parseString(json) instanceof JsonObject model) {
        return model;
      }
    } catch (JsonParseException _) {
      // Told below, as what is JSON and no object is.
    }
    throw MlflowFailure.invalid(
        "Malformed model info. \n %s \n is not a valid JSON.".formatted(json));
  }

  private static void requireFields(JsonObject model) {
    var missing = new TreeSet<>(MANDATORY);
    missing.removeAll(model.keySet());
    if (!missing.isEmpty()) {
      throw MlflowFailure.invalid(
          "Model json is missing mandatory fields: "
              + missing.stream()
                  .map(TextLimits::quoted)
                  .collect(Collectors.joining(", ", "{", "}")));
    }
  }

  // The configuration of a flavor may hold anything, and be long.
  private static JsonElement flavors(JsonElement flavors) {
    if (!(flavors instanceof JsonObject named)) {
      return flavors;
    }
    var kept = named.deepCopy();
    for (var flavor : kept.entrySet()) {
      if (flavor.getValue() instanceof JsonObject fields) {
        fields.remove("config");
      }
    }
    return kept;
  }

  static String append(String history, JsonObject entry) {
    var entries = array(history);
    entries.add(entry);
    var text = entries.toString();
    TextLimits.check("mlflow.log-model.history", text, LONGEST);
    return text;
  }

  // Anybody may set the tag to anything.
  private static JsonArray array(String history) {
    try {
      return JsonParser.parseString(history) instanceof JsonArray array ? array : new JsonArray();
    } catch (JsonParseException _) {
      return new JsonArray();
    }
  }
}
