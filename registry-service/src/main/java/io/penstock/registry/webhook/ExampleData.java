package io.penstock.registry.webhook;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a test delivery tells of: for each event the fields that a real one has, as MLflow's own
/// examples have them.
final class ExampleData {

  private final Map<String, Object> data = new LinkedHashMap<>();

  private ExampleData() {}

  static Map<String, Object> of(EventType type) {
    var example = new ExampleData();
    switch (type) {
      case REGISTERED_MODEL_CREATED -> example.model("model").described("registered model");
      case MODEL_VERSION_CREATED -> example.version("model").sourced().described("model version");
      case PROMPT_CREATED -> example.model("prompt").described("prompt");
      case PROMPT_VERSION_CREATED ->
          example.version("prompt").with("template", "Hello {{name}}!").described("prompt version");
      case REGISTERED_MODEL_DELETED -> example.model("model");
      case MODEL_VERSION_DELETED -> example.version("model");
      case MODEL_VERSION_STAGE_UPDATED ->
          example.version("model").with("from_stage", "Staging").with("to_stage", "Production");
      case MODEL_VERSION_TAG_SET -> example.version("model").key().value();
      case MODEL_VERSION_TAG_DELETED -> example.version("model").key();
      case PROMPT_VERSION_TAG_SET -> example.version("prompt").key().value();
      case PROMPT_VERSION_TAG_DELETED -> example.version("prompt").key();
      case PROMPT_TAG_SET -> example.model("prompt").key().value();
      case PROMPT_TAG_DELETED -> example.model("prompt").key();
      case MODEL_VERSION_ALIAS_CREATED -> example.model("model").alias().with("version", "1");
      case MODEL_VERSION_ALIAS_DELETED -> example.model("model").alias();
      case PROMPT_ALIAS_CREATED -> example.model("prompt").alias().with("version", "1");
      case PROMPT_ALIAS_DELETED -> example.model("prompt").alias();
      case RUN_UPDATED -> example.run().with("status", "FINISHED");
      case RUN_DELETED -> example.run();
    }
    return example.data;
  }

  private ExampleData model(String kind) {
    return with("name", "example_" + kind);
  }

  private ExampleData version(String kind) {
    return model(kind).with("version", "1");
  }

  private ExampleData run() {
    return with("run_id", "abcd1234abcd5678").with("experiment_id", "0");
  }

  private ExampleData sourced() {
    return with("source", "runs:/abcd1234abcd5678/model").with("run_id", "abcd1234abcd5678");
  }

  private ExampleData described(String thing) {
    return with("tags", Map.of("example_key", "example_value"))
        .with("description", "An example " + thing);
  }

  private ExampleData key() {
    return with("key", "example_key");
  }

  private ExampleData value() {
    return with("value", "example_value");
  }

  private ExampleData alias() {
    return with("alias", "example_alias");
  }

  private ExampleData with(String name, Object value) {
    data.put(name, value);
    return this;
  }
}
