package io.penstock.registry.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What can be told: an entity and what happened to it, by MLflow's names where MLflow has one.
public enum EventType {
  REGISTERED_MODEL_CREATED("registered_model", "created"),
  REGISTERED_MODEL_DELETED("registered_model", "deleted"),
  MODEL_VERSION_CREATED("model_version", "created"),
  MODEL_VERSION_DELETED("model_version", "deleted"),
  MODEL_VERSION_TAG_SET("model_version_tag", "set"),
  MODEL_VERSION_TAG_DELETED("model_version_tag", "deleted"),
  MODEL_VERSION_ALIAS_CREATED("model_version_alias", "created"),
  MODEL_VERSION_ALIAS_DELETED("model_version_alias", "deleted"),
  MODEL_VERSION_STAGE_UPDATED("model_version_stage", "updated"),
  PROMPT_CREATED("prompt", "created"),
  PROMPT_VERSION_CREATED("prompt_version", "created"),
  PROMPT_TAG_SET("prompt_tag", "set"),
  PROMPT_TAG_DELETED("prompt_tag", "deleted"),
  PROMPT_VERSION_TAG_SET("prompt_version_tag", "set"),
  PROMPT_VERSION_TAG_DELETED("prompt_version_tag", "deleted"),
  PROMPT_ALIAS_CREATED("prompt_alias", "created"),
  PROMPT_ALIAS_DELETED("prompt_alias", "deleted"),
  RUN_UPDATED("run", "updated"),
  RUN_DELETED("run", "deleted");

  private static final Map<String, EventType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::toString, Function.identity()));

  private final String entity;
  private final String action;

  EventType(String entity, String action) {
    this.entity = entity;
    this.action = action;
  }

  public String entity() {
    return entity;
  }

  public String action() {
    return action;
  }

  public static Optional<EventType> find(String entity, String action) {
    return Optional.ofNullable(BY_NAME.get(entity + "." + action));
  }

  /// A name that this program wrote.
  static EventType named(String name) {
    var type = BY_NAME.get(name);
    if (type == null) {
      throw new IllegalArgumentException("no event is called " + name);
    }
    return type;
  }

  /// What can happen to an entity, in alphabetical order.
  public static List<String> actionsOf(String entity) {
    return Arrays.stream(values())
        .filter(type -> type.entity.equals(entity))
        .map(EventType::action)
        .sorted()
        .toList();
  }

  /// `model_version.created`.
  @Override
  public String toString() {
    return entity + "." + action;
  }
}
