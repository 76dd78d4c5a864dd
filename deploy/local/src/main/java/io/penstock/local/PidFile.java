package io.penstock.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Remembers a process beyond this JVM's life: its pid, and when it started, so that a pid that was
/// given out again is not taken for ours.
record PidFile(Path file) {

  static PidFile of(Home home, String process) {
    return new PidFile(home.run().resolve(process + ".pid"));
  }

  void write(ProcessHandle process) {
    try {
      Files.write(file, List.of(Long.toString(process.pid()), startOf(process)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The process, if it still runs.
  Optional<ProcessHandle> process() {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.size() == 2
          ? ProcessHandle.of(Long.parseLong(lines.get(0)))
              .filter(ProcessHandle::isAlive)
              .filter(process -> startOf(process).equals(lines.get(1)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }
}
