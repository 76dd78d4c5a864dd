package io.penstock.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The log of one service: a file of its own, or its lines in the log of the one JVM.
record ServiceLog(Home home, Service service) {

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// Prints what is there.
  ///
  /// @return false when there is no log
  boolean print(PrintWriter out) {
    return copy(out, false);
  }

  /// Prints what is there and what comes, until interrupted.
  boolean follow(PrintWriter out) {
    return copy(out, true);
  }

  private boolean copy(PrintWriter out, boolean follow) {
    boolean separate = PidFile.of(home, service.id()).process().isPresent();
    Path file = home.log(separate ? service.id() : "suite");
    if (!Files.exists(file)) {
      out.println("no log at " + file);
      return false;
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      do {
        copyLines(lines, separate, out);
      } while (follow && paused());
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyLines(BufferedReader lines, boolean separate, PrintWriter out)
      throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (separate || line.contains("\"service\":\"" + service.id() + "\"")) {
        out.println(line);
      }
    }
    out.flush();
  }

  private static boolean paused() {
    try {
      Thread.sleep(LOOK_EVERY);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
