package io.penstock.registry.mlflow;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.version.Stage;
import java.util.Arrays;
import java.util.regex.Pattern;

/// What names, tags, aliases and stages of models may be, refused in MLflow's words.
final class ModelFields {

  private static final int NAME = 256;
  // A prompt is a tag of its version.
  private static final int TAG_VALUE = 100_000;
  private static final int ALIAS = 255;
  private static final int DESCRIPTION = 100_000;
  private static final int REFERENCE = 4_000;

  private static final Pattern ALIASES =
      Pattern.compile("[\\w\\-]*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RESERVED_ALIAS = Pattern.compile("[vV]\\d+");

  private ModelFields() {}

  /// The name that a model has or is to have.
  static String name(String field, String name) {
    if (name.isBlank()) {
      throw MlflowFailure.missing(field);
    }
    if (name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
      throw MlflowFailure.invalid(
          "Invalid model name '%s'. Names cannot contain '/' or ':'.".formatted(name));
    }
    TextLimits.check(field, name, NAME);
    return name;
  }

  static String description(String description) {
    TextLimits.check("description", description, DESCRIPTION);
    return description;
  }

  /// A text that MLflow does not look at, short enough to be kept.
  static String reference(String field, String text) {
    TextLimits.check(field, text, REFERENCE);
    return text;
  }

  static String key(String key) {
    MlflowNames.checkTagKey("key", key);
    return key;
  }

  static void modelTag(String key, String value) {
    key(key);
    TextLimits.check("value", value, TAG_VALUE);
  }

  static void versionTag(String key, String value) {
    key(key);
    TextLimits.check("value", value, TAG_VALUE);
  }

  static String alias(String alias) {
    if (!ALIASES.matcher(alias).matches()) {
      throw MlflowFailure.invalid(
          "Invalid alias name: '%s'. Names may only contain alphanumerics, underscores (_), and dashes (-)."
              .formatted(alias));
    }
    TextLimits.check("Registered model alias name", alias, ALIAS);
    if (alias.equalsIgnoreCase("latest")) {
      throw MlflowFailure.invalid("'latest' alias name (case insensitive) is reserved.");
    }
    if (RESERVED_ALIAS.matcher(alias).matches()) {
      throw MlflowFailure.invalid("Version alias name '%s' is reserved.".formatted(alias));
    }
    return alias;
  }

  /// A stage in whatever case.
  static Stage stage(String stage) {
    return Arrays.stream(Stage.values())
        .filter(known -> known.name().equalsIgnoreCase(stage))
        .findFirst()
        .orElseThrow(
            () ->
                MlflowFailure.invalid(
                    "Invalid Model Version stage: %s. Value must be one of None, Staging, Production, Archived."
                        .formatted(stage)));
  }
}
