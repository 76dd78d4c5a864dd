package io.penstock.mlflow.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is known in a scenario: what the suite gave it, and what earlier answers said.
///
/// `${name}` stands for a value, `${repeat 501 a}` for a text that would be tedious to read, and
/// `${list 3 {"key": "k#"}}` for so many items with `#` counted from 0.
final class Variables {

  private static final Pattern PLACE = Pattern.compile("\\$\\{((?:[^{}]|\\{[^{}]*})*)}");

  private final Map<String, String> values;

  Variables(Map<String, String> values) {
    this.values = new HashMap<>(values);
  }

  void put(String name, String value) {
    values.put(name, value);
  }

  String expand(String text) {
    return PLACE.matcher(text).replaceAll(place -> quoted(valueOf(place.group(1))));
  }

  private static String quoted(String value) {
    return Matcher.quoteReplacement(value);
  }

  private String valueOf(String place) {
    if (place.startsWith("repeat ")) {
      var words = place.split(" ", 3);
      return words[2].repeat(Integer.parseInt(words[1]));
    }
    if (place.startsWith("list ")) {
      var words = place.split(" ", 3);
      return IntStream.range(0, Integer.parseInt(words[1]))
          .mapToObj(index -> words[2].replace("#", Integer.toString(index)))
          .collect(Collectors.joining(", "));
    }
    var value = values.get(place);
    if (value == null) {
      throw new IllegalArgumentException(
          "${" + place + "} is not known here (known: " + values.keySet() + ")");
    }
    return value;
  }
}
