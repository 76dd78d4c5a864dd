package io.penstock.gateway.openapi;

import io.penstock.gateway.contract.PathTemplate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Path templates as OpenAPI writes them: a variable of several segments becomes one parameter a
/// segment, named after its collection, `{name=models/*/versions/*}` →
/// `models/{model}/versions/{version}`.
final class Paths {

  private Paths() {}

  static String documented(PathTemplate template) {
    String path = template.toString();
    for (Map.Entry<String, String> variable : template.variables().entrySet()) {
      String written =
          "{"
              + variable.getKey()
              + (variable.getValue().equals("*") ? "" : "=" + variable.getValue())
              + "}";
      path = path.replace(written, filled(variable.getKey(), variable.getValue()));
    }
    return path;
  }

  private static String filled(String variable, String pattern) {
    Iterator<String> names = segments(variable, pattern).iterator();
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/")) {
      parts.add(isVariable(part) ? "{" + names.next() + "}" : part);
    }
    return String.join("/", parts);
  }

  /// The names of a variable's parameters.
  static List<String> segments(String variable, String pattern) {
    List<String> names = new ArrayList<>();
    String before = variable;
    for (String part : pattern.split("/")) {
      if (isVariable(part)) {
        names.add(before);
      }
      before = singular(part);
    }
    return names;
  }

  private static boolean isVariable(String part) {
    return part.startsWith("*");
  }

  private static String singular(String collection) {
    if (collection.endsWith("ies")) {
      return collection.substring(0, collection.length() - 3) + "y";
    }
    return collection.endsWith("s") ? collection.substring(0, collection.length() - 1) : collection;
  }
}
