package io.penstock.registry;

import io.penstock.kit.failure.InvalidArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A pattern of resource names, `models/{model}/versions/{number}`: takes names apart and puts them
/// together.
public final class NamePattern {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final String template;
  private final List<String> segments;

  private NamePattern(String template) {
    this.template = template;
    this.segments = List.of(template.split("/"));
  }

  public static NamePattern of(String template) {
    return new NamePattern(template);
  }

  /// The ids of a name, in the order of the pattern; refuses another shape under the field's name.
  public List<String> parse(String field, String name) {
    return match(name)
        .orElseThrow(
            () ->
                InvalidArguments.of(
                    field, "was '%s', expected the form %s".formatted(name, template)));
  }

  public Optional<List<String>> match(String name) {
    var parts = name.split("/", -1);
    if (parts.length != segments.size()) {
      return Optional.empty();
    }
    var ids = new ArrayList<String>();
    for (int i = 0; i < parts.length; i++) {
      boolean variable = segments.get(i).startsWith("{");
      if (variable ? !ID.matcher(parts[i]).matches() : !segments.get(i).equals(parts[i])) {
        return Optional.empty();
      }
      if (variable) {
        ids.add(parts[i]);
      }
    }
    return Optional.of(ids);
  }

  public String format(Object... ids) {
    var name = new StringBuilder();
    int next = 0;
    for (var segment : segments) {
      name.append(name.isEmpty() ? "" : "/");
      name.append(segment.startsWith("{") ? ids[next++] : segment);
    }
    return name.toString();
  }
}
