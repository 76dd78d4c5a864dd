package io.penstock.mlflow.fuzz;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the server is known to hold, by the names that fields have, so that a request that is odd
/// in one place is right in the others. It grows with the answers.
final class Known {

  private static final int MOST_KEPT = 40;
  private static final int LONGEST_KEPT = 300;

  /// Fields that hold what others are called by.
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("run_uuid", "run_id"),
          Map.entry("run_ids", "run_id"),
          Map.entry("source_run_id", "run_id"),
          Map.entry("experiment_ids", "experiment_id"),
          Map.entry("experiment_name", "name"),
          Map.entry("new_name", "name"),
          Map.entry("display_name", "name"),
          Map.entry("owner", "name"),
          Map.entry("dataset_name", "name"),
          Map.entry("next_page_token", "page_token"),
          Map.entry("delivery_ids", "delivery_id"),
          Map.entry("artifact_uri", "source"),
          Map.entry("root_uri", "source"),
          Map.entry("artifact_location", "source"),
          Map.entry("artifact_path", "path"),
          Map.entry("artifact_directory_path", "path"),
          Map.entry("base_url", "url"),
          Map.entry("tag_key", "key"),
          Map.entry("metric_key", "key"),
          Map.entry("dataset_digest", "digest"),
          Map.entry("run", "name"),
          Map.entry("dataset", "name"),
          Map.entry("split", "name"),
          Map.entry("base", "name"),
          Map.entry("other", "name"),
          Map.entry("names", "name"),
          Map.entry("artifact", "name"));

  private final Map<String, List<String>> values = new ConcurrentHashMap<>();

  void add(String field, String... more) {
    var pool = pool(field);
    for (var value : more) {
      if (pool.size() < MOST_KEPT) {
        pool.add(value);
      } else {
        pool.set(Math.floorMod(value.hashCode(), MOST_KEPT), value);
      }
    }
  }

  /// A value that a field of this name may hold; of any other name where none is known.
  String valueOf(String field, Chance chance) {
    var pool = pool(field);
    return pool.isEmpty() || chance.oneIn(20) ? any(chance) : chance.of(pool);
  }

  boolean knows(String field) {
    return !pool(field).isEmpty();
  }

  private String any(Chance chance) {
    var pools = List.copyOf(values.values());
    var pool = chance.of(pools);
    return pool.isEmpty() ? "x" : chance.of(pool);
  }

  private List<String> pool(String field) {
    return values.computeIfAbsent(
        SAME.getOrDefault(field, field), it -> new CopyOnWriteArrayList<>());
  }

  /// Keeps the texts of an answer by the names that they have there.
  void learn(JsonElement answer) {
    if (answer.isJsonArray()) {
      answer.getAsJsonArray().forEach(this::learn);
    } else if (answer.isJsonObject()) {
      answer.getAsJsonObject().entrySet().forEach(it -> learn(it.getKey(), it.getValue()));
    }
  }

  private void learn(String name, JsonElement value) {
    if (!value.isJsonPrimitive()) {
      learn(value);
    } else if (value.getAsString().length() <= LONGEST_KEPT) {
      var text = value.getAsString();
      if (!pool(name).contains(text)) {
        add(name, text);
      }
    }
  }
}
