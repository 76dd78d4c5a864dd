package io.penstock.registry.bom;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The Python packages that a `requirements.txt` pins: MLflow puts one beside every model.
final class Requirements {

  private static final Pattern PINNED =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?:\\[[^]]*])?\\s*={2,3}\\s*([^\\s;#,]+).*");

  private Requirements() {}

  /// Package URLs of the pinned packages. Lines that pin nothing are no evidence of what was used.
  static List<String> purls(String text) {
    return text.lines()
        .map(String::strip)
        .map(Requirements::purl)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<String> purl(String line) {
    var pinned = PINNED.matcher(line);
    return pinned.matches()
        ? Optional.of("pkg:pypi/%s@%s".formatted(normal(pinned.group(1)), encoded(pinned.group(2))))
        : Optional.empty();
  }

  /// PEP 503: runs of `-`, `_` and `.` are one, case does not count.
  private static String normal(String name) {
    return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
  }

  private static String encoded(String version) {
    return URLEncoder.encode(version, StandardCharsets.UTF_8);
  }
}
