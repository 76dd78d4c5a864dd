package io.penstock.inference.release;

import io.penstock.inference.InferenceConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The releases that were last served, beside the artifacts: what a restart begins with while the
/// registry is away.
@Singleton
final class ReleaseArchive {

  private static final Logger log = LoggerFactory.getLogger(ReleaseArchive.class);
  private static final String SUFFIX = ".binpb";

  private final Path directory;

  ReleaseArchive(InferenceConfig config) {
    this.directory = config.cacheDirectory().resolve("releases");
  }

  /// The archived releases by model. A file that cannot be read is left out.
  Map<String, WantedRelease> load() {
    var releases = new TreeMap<String, WantedRelease>();
    if (!Files.isDirectory(directory)) {
      return releases;
    }
    try (var files = Files.list(directory)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .forEach(file -> read(file, releases));
    } catch (IOException e) {
      log.warn("Could not read {}: {}", directory, e.toString());
    }
    return releases;
  }

  private static void read(Path file, Map<String, WantedRelease> releases) {
    try {
      var release = ReleaseProtos.fromFile(Files.readAllBytes(file));
      releases.put(release.model(), release);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("Ignoring {}: {}", file, e.toString());
    }
  }

  /// Remembers a release that is served now. Failing to is no reason not to serve it.
  void store(WantedRelease release) {
    var model = release.model();
    try {
      Files.createDirectories(directory);
      var part = Files.createTempFile(directory, model, ".part");
      Files.write(part, ReleaseProtos.toFile(release));
      Files.move(
          part,
          directory.resolve(model + SUFFIX),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("Could not remember the release of {}: {}", model, e.toString());
    }
  }

  void remove(String model) {
    try {
      Files.deleteIfExists(directory.resolve(model + SUFFIX));
    } catch (IOException e) {
      log.warn("Could not forget the release of {}: {}", model, e.toString());
    }
  }
}
