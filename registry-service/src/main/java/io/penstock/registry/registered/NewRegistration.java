package io.penstock.registry.registered;

import io.penstock.registry.webhook.ModelEvents;
import java.util.Map;
import java.util.Optional;

/// A version that somebody wants to register by name.
///
/// @param model the model's name
/// @param runId empty for none
/// @param loggedModel id of the logged model that the version is
public record NewRegistration(
    String model,
    String source,
    String runId,
    String runLink,
    String description,
    Optional<String> loggedModel,
    Map<String, String> tags) {

  public NewRegistration {
    tags = Map.copyOf(tags);
  }

  /// A prompt is all in its tags; its source is nothing.
  boolean isPrompt() {
    return tags.containsKey(ModelEvents.IS_PROMPT);
  }
}
