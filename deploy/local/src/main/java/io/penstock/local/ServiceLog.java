package io.penstock.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The log of one service: a file of its own, or its lines in the log of the one JVM.
record ServiceLog(Home home, Service service) {

  /// Prints it.
  ///
  /// @return false when there is none
  boolean print(PrintWriter out) {
    boolean separate = PidFile.of(home, service.id()).process().isPresent();
    Path file = home.log(separate ? service.id() : "suite");
    if (!Files.exists(file)) {
      out.println("no log at " + file);
      return false;
    }
    try (Stream<String> lines = Files.lines(file)) {
      lines.filter(line -> separate || isOurs(line)).forEach(out::println);
      out.flush();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isOurs(String line) {
    return line.contains("\"service\":\"" + service.id() + "\"");
  }
}
