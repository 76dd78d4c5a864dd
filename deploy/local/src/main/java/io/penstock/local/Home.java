package io.penstock.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The directory that holds everything of a local suite, and survives restarts.
record Home(Path directory) {

  static Home at(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute.resolve("logs"));
      Files.createDirectories(absolute.resolve("identity"));
      Files.createDirectories(absolute.resolve("run"));
      return new Home(absolute);
    } catch (IOException e) {
      throw new UncheckedIOException(absolute + " cannot be written", e);
    }
  }

  Path data(String service) {
    return directory.resolve("data").resolve(service);
  }

  Path postgres() {
    return directory.resolve("postgres");
  }

  Path identity() {
    return directory.resolve("identity");
  }

  Path run() {
    return directory.resolve("run");
  }

  /// `suite.log`, or the log of one service where each has its own process.
  Path log(String process) {
    return directory.resolve("logs").resolve(process + ".log");
  }
}
