package io.penstock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// What was measured against what was to be reached, a line each, gathered over all programs of a
/// run in the file that the system property `bars` names.
final class Bars {

  private Bars() {}

  static void note(String measure, String bar, boolean met, String format, Object... values) {
    var file = System.getProperty("bars");
    if (file == null) {
      return;
    }
    var line =
        "| %s | %s | %s | %s |%n"
            .formatted(
                measure, bar, String.format(Locale.ROOT, format, values), met ? "yes" : "no");
    try {
      Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
