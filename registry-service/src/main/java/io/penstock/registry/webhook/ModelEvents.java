package io.penstock.registry.webhook;

import io.penstock.kit.outbox.Change;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What happens to models and their versions, told with MLflow's fields. To MLflow a prompt is a
/// model with a certain tag, and its events have names of their own.
@Singleton
public final class ModelEvents {

  /// The tag of a model that is a prompt.
  public static final String IS_PROMPT = "mlflow.prompt.is_prompt";

  private static final String PROMPT_TEXT = "mlflow.prompt.text";
  private static final String PROMPT_TYPE = "_mlflow_prompt_type";

  /// The model that something happens to.
  ///
  /// @param id which never changes
  /// @param name as clients know it
  public record Subject(String id, String name, boolean prompt) {

    /// @param tags of the model, or of the version where that is what is made
    public static Subject of(String id, String name, Map<String, String> tags) {
      return new Subject(id, name, "true".equalsIgnoreCase(tags.get(IS_PROMPT)));
    }

    private EventType either(EventType ofModel, EventType ofPrompt) {
      return prompt ? ofPrompt : ofModel;
    }
  }

  private final WebhookEvents events;

  ModelEvents(WebhookEvents events) {
    this.events = events;
  }

  public void modelCreated(
      Change change, Subject model, Map<String, String> tags, String description) {
    var data = named(model);
    data.put("tags", visible(model, tags));
    data.put("description", description);
    tell(change, model, EventType.REGISTERED_MODEL_CREATED, EventType.PROMPT_CREATED, data);
  }

  public void modelDeleted(Change change, Subject model) {
    tell(change, model, EventType.REGISTERED_MODEL_DELETED, named(model));
  }

  public void modelTagSet(Change change, Subject model, String key, String value) {
    if (model.prompt()) {
      tell(change, model, EventType.PROMPT_TAG_SET, tagged(named(model), key, value));
    }
  }

  public void modelTagDeleted(Change change, Subject model, String key) {
    if (model.prompt()) {
      tell(change, model, EventType.PROMPT_TAG_DELETED, tagged(named(model), key, null));
    }
  }

  /// @param runId empty for none
  public void versionCreated(
      Change change,
      Subject model,
      long version,
      String source,
      String runId,
      Map<String, String> tags,
      String description) {
    var data = versioned(model, version);
    if (model.prompt()) {
      data.put("template", tags.get(PROMPT_TEXT));
    } else {
      data.put("source", source);
      data.put("run_id", orNull(runId));
    }
    data.put("tags", visible(model, tags));
    data.put("description", orNull(description));
    tell(change, model, EventType.MODEL_VERSION_CREATED, EventType.PROMPT_VERSION_CREATED, data);
  }

  public void versionDeleted(Change change, Subject model, long version) {
    tell(change, model, EventType.MODEL_VERSION_DELETED, versioned(model, version));
  }

  /// @param from and `to` as MLflow writes stages: `None`, `Staging`, `Production`, `Archived`
  public void stageUpdated(Change change, Subject model, long version, String from, String to) {
    var data = versioned(model, version);
    data.put("from_stage", from);
    data.put("to_stage", to);
    tell(change, model, EventType.MODEL_VERSION_STAGE_UPDATED, data);
  }

  public void versionTagSet(Change change, Subject model, long version, String key, String value) {
    tell(
        change,
        model,
        EventType.MODEL_VERSION_TAG_SET,
        EventType.PROMPT_VERSION_TAG_SET,
        tagged(versioned(model, version), key, value));
  }

  public void versionTagDeleted(Change change, Subject model, long version, String key) {
    tell(
        change,
        model,
        EventType.MODEL_VERSION_TAG_DELETED,
        EventType.PROMPT_VERSION_TAG_DELETED,
        tagged(versioned(model, version), key, null));
  }

  public void aliasCreated(Change change, Subject model, String alias, long version) {
    var data = named(model);
    data.put("alias", alias);
    data.put("version", Long.toString(version));
    tell(
        change, model, EventType.MODEL_VERSION_ALIAS_CREATED, EventType.PROMPT_ALIAS_CREATED, data);
  }

  public void aliasDeleted(Change change, Subject model, String alias) {
    var data = named(model);
    data.put("alias", alias);
    tell(
        change, model, EventType.MODEL_VERSION_ALIAS_DELETED, EventType.PROMPT_ALIAS_DELETED, data);
  }

  private void tell(
      Change change, Subject model, EventType ofModel, EventType ofPrompt, Map<String, ?> data) {
    tell(change, model, model.either(ofModel, ofPrompt), data);
  }

  private void tell(Change change, Subject model, EventType type, Map<String, ?> data) {
    events.record(change, "models/" + model.id(), type, data);
  }

  private static Map<String, @Nullable Object> named(Subject model) {
    var data = new LinkedHashMap<String, @Nullable Object>();
    data.put("name", model.name());
    return data;
  }

  private static Map<String, @Nullable Object> versioned(Subject model, long version) {
    var data = named(model);
    data.put("version", Long.toString(version));
    return data;
  }

  private static Map<String, @Nullable Object> tagged(
      Map<String, @Nullable Object> data, String key, @Nullable String value) {
    data.put("key", key);
    if (value != null) {
      data.put("value", value);
    }
    return data;
  }

  // What a version lacks is null to MLflow, what a model lacks is empty.
  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  // The tags that make a prompt are how it is stored, not what somebody said of it.
  private static Map<String, String> visible(Subject model, Map<String, String> tags) {
    var visible = new TreeMap<>(tags);
    if (model.prompt()) {
      visible.remove(IS_PROMPT);
      visible.remove(PROMPT_TEXT);
      visible.remove(PROMPT_TYPE);
    }
    return visible;
  }
}
