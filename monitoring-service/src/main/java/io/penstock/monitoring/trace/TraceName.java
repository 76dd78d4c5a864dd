package io.penstock.monitoring.trace;

import io.penstock.kit.failure.InvalidArguments;
import java.util.Locale;
import java.util.regex.Pattern;

/// `traces/{32 hex digits}`.
record TraceName(String id) {

  private static final Pattern RESOURCE = Pattern.compile("traces/([0-9a-fA-F]{32})");

  static TraceName parse(String name) {
    var matcher = RESOURCE.matcher(name);
    if (!matcher.matches()) {
      throw InvalidArguments.of(
          "name", "was '%.100s', expected traces/ and 32 hex digits".formatted(name));
    }
    return new TraceName(matcher.group(1).toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return "traces/" + id;
  }
}
