package io.penstock.registry.mlflow;

import io.penstock.registry.MlflowFailure;
import java.util.ArrayDeque;
import java.util.regex.Pattern;

/// Keys and ids as MLflow allows them, refused in its words: a key may be the path of a file, so it
/// has to be one that leads nowhere else.
final class MlflowNames {

  private static final int LONGEST_KEY = 250;
  private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,255}");

  private MlflowNames() {}

  static void checkRunId(String id) {
    if (!RUN_ID.matcher(id).matches()) {
      throw MlflowFailure.invalid(
          "Invalid value %s for parameter 'run_id' supplied.".formatted(PythonText.json(id)));
    }
  }

  /// @param field the path of the key in the request
  static void checkMetricKey(String field, String key) {
    check(field, "Metric name", key);
  }

  static void checkParamKey(String field, String key) {
    check(field, "Param key", key);
  }

  /// Of a run, an experiment, a model or a version.
  static void checkTagKey(String field, String key) {
    check(field, field, key);
  }

  private static void check(String field, String name, String key) {
    if (!allowed(key)) {
      throw invalid(
          field,
          key,
          "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    }
    var path = normal(key);
    if (!path.equals(key) || path.equals(".") || path.startsWith("..") || path.startsWith("/")) {
      throw invalid(
          field,
          key,
          "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to "
              + TextLimits.quoted(path));
    }
    TextLimits.check(name, key, LONGEST_KEY);
  }

  private static RuntimeException invalid(String field, String key, String problem) {
    return MlflowFailure.invalid(
        "Invalid value %s for parameter '%s' supplied: %s"
            .formatted(PythonText.json(key), field, problem));
  }

  private static boolean allowed(String key) {
    return key.codePoints().allMatch(MlflowNames::allowed);
  }

  private static boolean allowed(int character) {
    return switch (character) {
      case '/', '_', '.', '-', ' ', ':' -> true;
      default -> Character.isLetter(character) || isNumber(character);
    };
  }

  private static boolean isNumber(int character) {
    return switch (Character.getType(character)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  // As POSIX has it: two slashes in front are not one.
  private static String normal(String path) {
    var kept = new ArrayDeque<String>();
    var root =
        path.startsWith("//") && !path.startsWith("///") ? "//" : path.startsWith("/") ? "/" : "";
    for (var part : path.split("/")) {
      if (part.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else if (part.equals("..") ? root.isEmpty() : !part.isEmpty() && !part.equals(".")) {
        kept.addLast(part);
      }
    }
    var normal = root + String.join("/", kept);
    return normal.isEmpty() ? "." : normal;
  }
}
