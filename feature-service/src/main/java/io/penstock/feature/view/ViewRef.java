package io.penstock.feature.view;

import io.penstock.feature.Identifiers;
import io.penstock.kit.failure.InvalidArguments;
import java.util.regex.Pattern;

/// A view as callers name it: one version, or the newest.
///
/// @param version [#NEWEST] or a number from one
public record ViewRef(String viewId, int version) {

  /// The version number that stands for whatever is newest.
  public static final int NEWEST = 0;

  // Nine digits are more versions than anyone makes and fit an int.
  private static final Pattern NAME =
      Pattern.compile("featureViews/(" + Identifiers.RULE + ")(?:/versions/([1-9][0-9]{0,8}))?");

  /// Reads `featureViews/{view}` or `featureViews/{view}/versions/{n}`; a failure names the field.
  public static ViewRef parse(String field, String name) {
    var matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw InvalidArguments.of(
          field,
          "was '%s', expected featureViews/{view} or featureViews/{view}/versions/{n}"
              .formatted(name));
    }
    String version = matcher.group(2);
    return new ViewRef(matcher.group(1), version == null ? NEWEST : Integer.parseInt(version));
  }

  /// Reads `featureViews/{view}`, the name of a view as a whole.
  public static ViewRef parseNewest(String field, String name) {
    return new ViewRef(Identifiers.fromName(field, name, "featureViews"), NEWEST);
  }

  /// The resource name.
  public String name() {
    String view = "featureViews/" + viewId;
    return version == NEWEST ? view : view + "/versions/" + version;
  }
}
