package io.penstock.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that was run to its end.
///
/// @param status its exit status; -1 where it could not be started or did not end
/// @param output what it printed
record Program(int status, String output) {

  private static final Duration PATIENCE = Duration.ofMinutes(6);

  static Program run(Path directory, String... command) {
    return run(directory, List.of(command));
  }

  static Program run(Path directory, List<String> command) {
    Path output = null;
    try {
      output = Files.createTempFile("program", ".log");
      var process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Program(
            -1, "no end within " + PATIENCE + "\n" + Files.readString(output, UTF_8));
      }
      return new Program(process.exitValue(), Files.readString(output, UTF_8));
    } catch (IOException e) {
      return new Program(-1, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(output);
    }
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    if (file != null) {
      file.toFile().delete();
    }
  }

  boolean succeeded() {
    return status == 0;
  }
}
