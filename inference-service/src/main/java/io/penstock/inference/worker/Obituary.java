package io.penstock.inference.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How a process ended, in words.
final class Obituary {

  private static final int SIGNALS = 128;
  private static final int ABORTED = 6;
  private static final int KILLED = 9;
  private static final int CRASHED = 11;

  private Obituary() {}

  /// @param report what the virtual machine writes when native code crashes
  static String of(int exitCode, Path report) {
    return frame(report)
        .map(frame -> "it crashed in native code: " + frame)
        .orElseGet(
            () ->
                switch (exitCode - SIGNALS) {
                  case KILLED -> "it was killed, perhaps for want of memory";
                  case CRASHED -> "it crashed in native code (SIGSEGV)";
                  case ABORTED -> "it aborted in native code (SIGABRT)";
                  default -> "it ended with status " + exitCode;
                });
  }

  // The report names the function that crashed on the line below this heading.
  private static Optional<String> frame(Path report) {
    if (!Files.isReadable(report)) {
      return Optional.empty();
    }
    try (var lines = Files.lines(report)) {
      return lines
          .dropWhile(line -> !line.startsWith("# Problematic frame:"))
          .skip(1)
          .map(line -> line.replaceFirst("^# *", "").strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
