package io.penstock.gateway.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A URL path of `google.api.http`: literals, `*`, and variables such as
/// `{name=models/*/versions/*}` or `{path=**}`, with an optional `:verb` at the end. Grammar:
/// google/api/http.proto.
public final class PathTemplate {

  /// One path segment matches no slash; a colon begins the verb, so keys hold none.
  private static final String SEGMENT = "[^/:]+";

  /// What `**` stands for: all the rest, whatever characters a file's name may have.
  private static final String REST = "(?s:.+)";

  private static final Pattern PIECE = Pattern.compile("\\{([a-z0-9_.]+)(?:=([^}]+))?}|\\*|[^{*]+");

  private final String text;
  private final Pattern pattern;
  private final Map<String, String> variables;

  private PathTemplate(String text, Pattern pattern, Map<String, String> variables) {
    this.text = text;
    this.pattern = pattern;
    this.variables = variables;
  }

  /// Parses a template; a malformed one is a mistake in the contract.
  public static PathTemplate parse(String text) {
    StringBuilder regex = new StringBuilder();
    Map<String, String> variables = new LinkedHashMap<>();
    Matcher piece = PIECE.matcher(text);
    int end = 0;
    while (piece.lookingAt()) {
      regex.append(regexOf(piece, variables));
      end = piece.end();
      piece.region(end, text.length());
    }
    if (end != text.length() || !text.startsWith("/")) {
      throw new IllegalArgumentException(
          "path template: " + text + " (expected: /segments with {variables})");
    }
    return new PathTemplate(text, Pattern.compile(regex.toString()), variables);
  }

  private static String regexOf(Matcher piece, Map<String, String> variables) {
    String variable = piece.group(1);
    if (variable == null) {
      return piece.group().equals("*") ? SEGMENT : Pattern.quote(piece.group());
    }
    String inner = piece.group(2) == null ? "*" : piece.group(2);
    variables.put(variable, inner);
    return "(" + segmentsOf(inner) + ")";
  }

  private static String segmentsOf(String inner) {
    List<String> parts = new ArrayList<>();
    for (String segment : inner.split("/")) {
      parts.add(
          switch (segment) {
            case "*" -> SEGMENT;
            case "**" -> REST;
            default -> Pattern.quote(segment);
          });
    }
    return String.join("/", parts);
  }

  /// The variables of a path, by field path; empty where the path does not match. The path is
  /// decoded already.
  public Optional<Map<String, String>> match(String path) {
    Matcher matcher = pattern.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    int group = 1;
    for (String variable : variables.keySet()) {
      values.put(variable, matcher.group(group++));
    }
    return Optional.of(values);
  }

  /// Field paths of the variables, each with the pattern that its value has: `name` → `models/*`.
  public Map<String, String> variables() {
    return variables;
  }

  /// A path that matches, with `x` wherever any segment may stand.
  String example() {
    Matcher variable = Pattern.compile("\\{[a-z0-9_.]+(?:=([^}]+))?}").matcher(text);
    return variable.replaceAll(it -> it.group(1) == null ? "x" : it.group(1)).replace("*", "x");
  }

  /// Whether it matches one path only: itself.
  boolean isLiteral() {
    return text.indexOf('{') < 0 && text.indexOf('*') < 0;
  }

  /// How many characters are literal: of two templates that match, the more literal one is meant.
  int specificity() {
    return text.replaceAll("\\{[^}]*}|\\*", "").length();
  }

  @Override
  public String toString() {
    return text;
  }
}
