package io.penstock.registry.registered;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.penstock.kit.failure.FailureException;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.MlflowFailure.DoesNotExist;
import io.penstock.registry.version.Stage;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;

/// What names, keys, values and stages may be, refused in MLflow's words.
public final class ModelTexts {

  static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

  private static final int NAME = 256;
  private static final int KEY = 250;
  private static final int MODEL_VALUE = 5_000;
  // A prompt is a tag of its version.
  private static final int VERSION_VALUE = 100_000;
  private static final int ALIAS = 255;
  private static final int DESCRIPTION = 100_000;
  private static final int SOURCE = 4_000;

  private static final Pattern KEYS =
      Pattern.compile("[/\\w.\\- :]*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern ALIASES =
      Pattern.compile("[\\w\\-]*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RESERVED_ALIAS = Pattern.compile("[vV]\\d+");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  private ModelTexts() {}

  public static String name(String name) {
    return name("name", name);
  }

  /// The name that a model is to have.
  public static String name(String field, String name) {
    if (name.isEmpty()) {
      throw MlflowFailure.missing(field);
    }
    if (name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
      throw invalid(field, name, "Registered model name cannot contain '/' or ':'.");
    }
    length(field, name, NAME);
    return name;
  }

  public static String description(String description) {
    length("description", description, DESCRIPTION);
    return description;
  }

  public static String source(String source) {
    length("source", source, SOURCE);
    return source;
  }

  /// A text that MLflow does not look at, short enough to be kept.
  public static String reference(String field, String text) {
    length(field, text, SOURCE);
    return text;
  }

  public static void modelTag(String key, String value) {
    key(key);
    length("value", value, MODEL_VALUE);
  }

  public static void versionTag(String key, String value) {
    key(key);
    length("value", value, VERSION_VALUE);
  }

  /// Keys may be used as paths of files, so that they have to be normal ones.
  public static String key(String key) {
    if (!KEYS.matcher(key).matches()) {
      throw invalid(
          "key",
          key,
          "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    }
    var path = normal(key);
    if (!path.equals(key) || path.equals(".") || path.startsWith("..") || path.startsWith("/")) {
      throw invalid(
          "key",
          key,
          "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '%s'"
              .formatted(path));
    }
    length("key", key, KEY);
    return key;
  }

  // As POSIX takes dots and doubled slashes away; two leading slashes stay two.
  private static String normal(String path) {
    var root = path.startsWith("//") && !path.startsWith("///") ? "//" : "/";
    Deque<String> parts = new ArrayDeque<>();
    for (var part : path.split("/")) {
      if (part.equals("..")
          && (parts.isEmpty() ? !path.startsWith("/") : parts.getLast().equals(".."))) {
        parts.addLast(part);
      } else if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    var joined = (path.startsWith("/") ? root : "") + String.join("/", parts);
    return joined.isEmpty() ? "." : joined;
  }

  public static String alias(String alias) {
    if (alias.isEmpty()) {
      throw MlflowFailure.invalid("Registered model alias name cannot be empty.");
    }
    if (!ALIASES.matcher(alias).matches()) {
      throw MlflowFailure.invalid(
          "Invalid alias name: '%s'. Names may only contain alphanumerics, underscores (_), and dashes (-)."
              .formatted(alias));
    }
    length("Registered model alias name", alias, ALIAS);
    if (isLatest(alias)) {
      throw MlflowFailure.invalid("'latest' alias name (case insensitive) is reserved.");
    }
    if (RESERVED_ALIAS.matcher(alias).matches()) {
      throw MlflowFailure.invalid("Version alias name '%s' is reserved.".formatted(alias));
    }
    return alias;
  }

  static boolean isLatest(String alias) {
    return alias.equalsIgnoreCase("latest");
  }

  /// The number of a version; empty where there cannot be a version of that number.
  public static Optional<Long> number(String version) {
    var digits = version.strip();
    if (!NUMBER.matcher(digits).matches()) {
      throw MlflowFailure.invalid(
          "Parameter 'version' must be an integer, got '%s'.".formatted(version));
    }
    try {
      return Optional.of(Long.parseLong(digits));
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }

  /// A stage in whatever case.
  public static Stage stage(String stage) {
    return Arrays.stream(Stage.values())
        .filter(known -> known.name().equalsIgnoreCase(stage))
        .findFirst()
        .orElseThrow(
            () ->
                MlflowFailure.invalid(
                    "Invalid Model Version stage: %s. Value must be one of None, Staging, Production, Archived."
                        .formatted(stage)));
  }

  private static void length(String field, String text, int longest) {
    if (text.codePointCount(0, text.length()) > longest) {
      throw MlflowFailure.invalid(
          "'%s' exceeds the maximum length of %d characters".formatted(field, longest));
    }
    if (text.indexOf('\0') >= 0) {
      throw MlflowFailure.invalid("'%s' holds a NUL character".formatted(field));
    }
  }

  private static FailureException invalid(String field, String value, String message) {
    return MlflowFailure.invalid(
        "Invalid value %s for parameter '%s' supplied: %s"
            .formatted(JSON.toJson(value), field, message));
  }

  static FailureException noModel(String name) {
    return new DoesNotExist("Registered Model with name=%s not found".formatted(name)).exception();
  }

  static FailureException noVersion(String name, String version) {
    return new DoesNotExist(
            "Model Version (name=%s, version=%s) not found".formatted(name, version))
        .exception();
  }
}
