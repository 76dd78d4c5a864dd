package io.penstock.inference.operation;

import io.penstock.inference.InferenceConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Interventions on this machine, a small text file a model, beside the archive of releases. A
/// model that was taken out because it did harm must not come back with the next restart.
@Singleton
final class InterventionFiles {

  private static final Logger log = LoggerFactory.getLogger(InterventionFiles.class);
  private static final String SUFFIX = ".properties";

  private final Path directory;

  InterventionFiles(InferenceConfig config) {
    this.directory = config.cacheDirectory().resolve("interventions");
  }

  /// By model. A file that cannot be read is left out, and told.
  Map<String, Intervention> load() {
    var found = new TreeMap<String, Intervention>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (var files = Files.list(directory)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .forEach(file -> read(file).ifPresent(one -> found.put(one.model(), one)));
    } catch (IOException e) {
      log.error("Could not read {}; models may be served that were unloaded", directory, e);
    }
    return found;
  }

  private static Optional<Intervention> read(Path file) {
    try {
      var entries = new Properties();
      entries.load(new StringReader(Files.readString(file)));
      return Optional.of(toIntervention(entries));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      log.error("Ignoring {}: {}", file, e.toString());
      return Optional.empty();
    }
  }

  private static Intervention toIntervention(Properties entries) {
    return new Intervention(
        required(entries, "model"),
        Boolean.parseBoolean(entries.getProperty("unloaded", "false")),
        required(entries, "principal"),
        Instant.parse(required(entries, "time")),
        Optional.ofNullable(entries.getProperty("config")));
  }

  private static String required(Properties entries, String name) {
    var value = entries.getProperty(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  void store(Intervention intervention) throws IOException {
    Files.createDirectories(directory);
    var part = Files.createTempFile(directory, intervention.model(), ".part");
    try {
      Files.writeString(part, text(intervention));
      Files.move(
          part,
          file(intervention.model()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String text(Intervention intervention) throws IOException {
    var entries = new Properties();
    entries.setProperty("model", intervention.model());
    entries.setProperty("unloaded", Boolean.toString(intervention.unloaded()));
    entries.setProperty("principal", intervention.principal());
    entries.setProperty("time", intervention.time().toString());
    intervention.config().ifPresent(json -> entries.setProperty("config", json));
    var text = new StringWriter();
    entries.store(text, "What an operator told this server; delete it to undo it");
    return text.toString();
  }

  void remove(String model) throws IOException {
    Files.deleteIfExists(file(model));
  }

  private Path file(String model) {
    return directory.resolve(model + SUFFIX);
  }
}
