package io.penstock.mlflow.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Compares an answer with what was expected of it, and says each difference in a line.
///
/// Strings in the expected JSON may be matchers: `<any>`, `<int>`, `<number>`, `<text>` (not
/// empty); with a name behind it (`<text run_id>`) the value is remembered under it. `<any>` inside
/// a longer string stands for any characters. An array that begins with `<set>` may come in any
/// order. An object must have the expected keys and no others, but for [#OPTIONAL] ones; with a key
/// of three dots it may have any others.
final class Expectation {

  /// Keys that MLflow 3 adds in one of its versions and not in another, and those that Penstock
  /// adds.
  private static final Set<String> OPTIONAL =
      Set.of("workspace", "sqlstate", "error_class", "sha256", "user_id");

  private static final String MORE = "...";

  private static final Pattern MATCHER = Pattern.compile("<(any|int|number|text)(?: (\\w+))?>");

  private final Variables variables;
  private final List<String> differences = new ArrayList<>();

  private Expectation(Variables variables) {
    this.variables = variables;
  }

  /// The differences; none where the reply is as expected. Remembers what the answer captures.
  static List<String> differences(WireAnswer expected, WireReply got, Variables variables) {
    var comparison = new Expectation(variables);
    comparison.compare(expected, got);
    return comparison.differences;
  }

  private void compare(WireAnswer expected, WireReply got) {
    var status = Integer.toString(got.status());
    if (!status.matches(expected.status().replace('X', '.'))) {
      differ("status", expected.status(), status);
    }
    expected
        .headers()
        .forEach((name, value) -> compareText("header " + name, value, got.header(name)));
    switch (expected.body()) {
      case WireAnswer.Json(var value) -> compareJson(value, got);
      case WireAnswer.Error(var code, var message) -> compareError(code, message, got);
      case WireAnswer.Text(var value) -> compareText("body", value, got.body());
    }
  }

  private void compareJson(JsonElement expected, WireReply got) {
    var value = parsed(got);
    if (value != null) {
      compare("", expected, value);
    }
  }

  private void compareError(String code, String message, WireReply got) {
    if (parsed(got) instanceof JsonObject error) {
      compareText("error_code", code, text(error, "error_code"));
      compareText("message", message, text(error, "message"));
    }
  }

  private static String text(JsonObject object, String key) {
    return object.has(key) ? object.get(key).getAsString() : "(absent)";
  }

  private @Nullable JsonElement parsed(WireReply got) {
    if (!got.isJson()) {
      differ("Content-Type", "application/json", got.header("Content-Type"));
    }
    try {
      var reader = new JsonReader(new StringReader(got.body()));
      reader.setStrictness(Strictness.STRICT);
      return JsonParser.parseReader(reader);
    } catch (JsonParseException e) {
      differ("body", "JSON", got.body());
      return null;
    }
  }

  private void compare(String path, JsonElement expected, @Nullable JsonElement got) {
    switch (expected) {
      case JsonObject object when got instanceof JsonObject other -> compare(path, object, other);
      case JsonArray array when got instanceof JsonArray other -> compare(path, array, other);
      case JsonPrimitive value when got != null -> compare(path, value, got);
      default -> {
        if (!expected.equals(got)) {
          differ(path, expected.toString(), got == null ? "(absent)" : got.toString());
        }
      }
    }
  }

  private void compare(String path, JsonObject expected, JsonObject got) {
    for (var key : expected.keySet()) {
      var where = path + "." + key;
      if (key.equals(MORE)) {
        continue;
      }
      if (!got.has(key)) {
        differ(where, expected.get(key).toString(), "(absent)");
      } else {
        compare(where, expected.get(key), got.get(key));
      }
    }
    for (var key : got.keySet()) {
      if (!expected.has(key) && !expected.has(MORE) && !OPTIONAL.contains(key)) {
        differ(path + "." + key, "(absent)", got.get(key).toString());
      }
    }
  }

  private void compare(String path, JsonArray expected, JsonArray got) {
    if (isSet(expected)) {
      compareSet(path, withoutMark(expected), got);
    } else if (expected.size() != got.size()) {
      differ(path, expected.size() + " items " + expected, got.size() + " items " + got);
    } else {
      for (int i = 0; i < expected.size(); i++) {
        compare(path + "[" + i + "]", expected.get(i), got.get(i));
      }
    }
  }

  private static boolean isSet(JsonArray expected) {
    return !expected.isEmpty()
        && expected.get(0) instanceof JsonPrimitive mark
        && mark.isString()
        && mark.getAsString().equals("<set>");
  }

  private static List<JsonElement> withoutMark(JsonArray expected) {
    return expected.asList().subList(1, expected.size());
  }

  private void compareSet(String path, List<JsonElement> expected, JsonArray got) {
    var left = new ArrayList<>(got.asList());
    for (var one : expected) {
      var found = left.stream().filter(other -> matches(one, other)).findFirst();
      if (found.isPresent()) {
        compare(path, one, found.get());
        left.remove(found.get());
      } else {
        differ(path, "an item " + one, got.toString());
      }
    }
    left.forEach(other -> differ(path, "(no such item)", other.toString()));
  }

  private boolean matches(JsonElement expected, JsonElement got) {
    var trial = new Expectation(variables);
    trial.compare("", expected, got);
    return trial.differences.isEmpty();
  }

  private void compare(String path, JsonPrimitive expected, JsonElement got) {
    if (expected.isString()) {
      compareWithMatcher(path, expected.getAsString(), got);
    } else if (expected.isNumber() && isNumber(got)) {
      if (!sameNumber(expected, got)) {
        differ(path, expected.toString(), got.toString());
      }
    } else if (!expected.equals(got)) {
      differ(path, expected.toString(), got.toString());
    }
  }

  private void compareWithMatcher(String path, String expected, JsonElement got) {
    var matcher = MATCHER.matcher(expected);
    if (!matcher.matches()) {
      if (isString(got)) {
        compareText(path, expected, got.getAsString());
      } else {
        differ(path, '"' + variables.expand(expected) + '"', got.toString());
      }
    } else if (!fits(matcher.group(1), got)) {
      differ(path, expected, got.toString());
    } else if (matcher.group(2) != null) {
      variables.put(matcher.group(2), got.getAsString());
    }
  }

  private static boolean fits(String matcher, JsonElement got) {
    return switch (matcher) {
      case "int" -> isNumber(got) && got.getAsString().matches("-?\\d+");
      case "number" -> isNumber(got);
      case "text" -> isString(got) && !got.getAsString().isEmpty();
      default -> true;
    };
  }

  /// Integers must be the same to the last digit; what has a fraction, the same double.
  private static boolean sameNumber(JsonPrimitive expected, JsonElement got) {
    var exact = expected.getAsBigDecimal();
    return exact.scale() <= 0
        ? exact.compareTo(got.getAsBigDecimal()) == 0
        : exact.doubleValue() == got.getAsDouble();
  }

  private static boolean isNumber(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isNumber();
  }

  private static boolean isString(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }

  private void compareText(String path, String expected, String got) {
    var text = variables.expand(expected);
    if (!Pattern.compile(regex(text), Pattern.DOTALL).matcher(got).matches()) {
      differ(path, text, got);
    }
  }

  /// The text itself, with any characters where it says `<any>`.
  private static String regex(String text) {
    return Pattern.quote(text).replace("<any>", "\\E.*\\Q");
  }

  private void differ(String path, String expected, String got) {
    differences.add(
        "%s: expected %s%n    but got  %s"
            .formatted(path.isEmpty() ? "body" : path, shortened(expected), shortened(got)));
  }

  private static String shortened(String text) {
    return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
  }
}
