package io.penstock.inference.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What trials found, by artifact. That one behaved is remembered on disk, for it holds as long as
/// the runtime is the same; why one did not is remembered until the service ends.
final class Verdicts {

  private static final Logger log = LoggerFactory.getLogger(Verdicts.class);
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private final Path directory;
  private final String runtime;
  private final Map<String, String> refused = new ConcurrentHashMap<>();

  /// @param runtime what the verdicts hold for
  Verdicts(Path directory, String runtime) {
    this.directory = directory;
    this.runtime = runtime;
  }

  boolean hasPassed(String artifact) {
    return file(artifact).map(this::holds).orElse(false);
  }

  private boolean holds(Path file) {
    try {
      return Files.exists(file) && Files.readString(file).equals(runtime);
    } catch (IOException e) {
      return false;
    }
  }

  Optional<String> refusal(String artifact) {
    return Optional.ofNullable(refused.get(artifact));
  }

  void passed(String artifact) {
    file(artifact).ifPresent(this::remember);
  }

  private void remember(Path file) {
    try {
      Files.createDirectories(directory);
      Files.writeString(file, runtime);
    } catch (IOException e) {
      log.warn("Could not remember that a model behaved: {}", e.toString());
    }
  }

  void refused(String artifact, String reason) {
    refused.put(artifact, reason);
  }

  private Optional<Path> file(String artifact) {
    var name = artifact.substring(artifact.lastIndexOf('/') + 1);
    return FILE_NAME.matcher(name).matches()
        ? Optional.of(directory.resolve(name))
        : Optional.empty();
  }
}
