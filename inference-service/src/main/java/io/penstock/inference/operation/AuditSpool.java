package io.penstock.inference.operation;

import io.penstock.inference.InferenceConfig;
import io.penstock.kit.events.Event;
import io.penstock.kit.outbox.AuditEvents;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Audit events that wait for the event log, a file each: what a database's outbox is to other
/// services. An event is durable before what it tells of happens.
@Singleton
final class AuditSpool {

  private static final Logger log = LoggerFactory.getLogger(AuditSpool.class);
  private static final String SUFFIX = ".audit";

  /// An event and where it lies.
  record Entry(Path file, Event event) {}

  private final Path directory;

  AuditSpool(InferenceConfig config) {
    this.directory = config.cacheDirectory().resolve("audit");
  }

  void write(Event event) throws IOException {
    Files.createDirectories(directory);
    var name = "%020d-%s".formatted(event.time().toEpochMilli(), event.id());
    var part = directory.resolve(name + ".part");
    try (var file =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(event.payload());
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(part, directory.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
  }

  int size() {
    return files().size();
  }

  /// The oldest first.
  List<Entry> oldest(int most) {
    return files().stream().limit(most).flatMap(file -> read(file).stream()).toList();
  }

  private List<Path> files() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      log.error("Could not read {}", directory, e);
      return List.of();
    }
  }

  // What cannot be read is put aside, so that it holds up nothing and nobody loses it.
  private static List<Entry> read(Path file) {
    try {
      return List.of(new Entry(file, AuditEvents.parse(Files.readAllBytes(file))));
    } catch (IOException | IllegalArgumentException e) {
      log.error("{} is no audit event", file, e);
      putAside(file);
      return List.of();
    }
  }

  private static void putAside(Path file) {
    try {
      Files.move(file, file.resolveSibling(file.getFileName() + ".broken"));
    } catch (IOException e) {
      log.error("Could not put {} aside", file, e);
    }
  }

  void remove(Entry entry) throws IOException {
    Files.deleteIfExists(entry.file());
  }
}
