package io.penstock.governance;

import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The service for an integration test, with a log directory of its own.
public final class RunningGovernance {

  private RunningGovernance() {}

  public static ServiceExtension fresh() {
    return in(directory());
  }

  /// With its log in the given directory.
  public static ServiceExtension in(Path directory) {
    return ServiceExtension.of("governance")
        .with("penstock.governance.log-directory", directory.resolve("log").toString())
        .with("penstock.governance.signing-key-file", directory.resolve("key.pem").toString())
        .with("penstock.governance.origin", "test.penstock.io/audit");
  }

  public static Path directory() {
    try {
      return Files.createTempDirectory("penstock-governance");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
