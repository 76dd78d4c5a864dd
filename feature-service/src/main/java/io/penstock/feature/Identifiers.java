package io.penstock.feature;

import io.penstock.kit.failure.InvalidArguments;
import java.util.regex.Pattern;

/// The rule for ids that callers choose: of entities, views and features.
public final class Identifiers {

  /// The rule as a regular expression.
  public static final String RULE = "[a-z][a-z0-9_]{0,62}";

  private static final Pattern PATTERN = Pattern.compile(RULE);

  private Identifiers() {}

  public static boolean isValid(String id) {
    return PATTERN.matcher(id).matches();
  }

  /// The id, or a failure that names the field.
  public static String require(String field, String id) {
    if (!isValid(id)) {
      throw InvalidArguments.of(field, "was '" + id + "', expected " + RULE);
    }
    return id;
  }

  /// The id of a one-level resource name such as `entities/origin`.
  public static String fromName(String field, String name, String collection) {
    String prefix = collection + "/";
    String id = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
    if (!isValid(id)) {
      throw InvalidArguments.of(field, "was '" + name + "', expected " + prefix + RULE);
    }
    return id;
  }
}
