package io.penstock.registry.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process's own folder of unfinished uploads. The process holds a file lock for as long as it
/// lives, so whoever starts later can tell leftovers of the dead from the work of a neighbour that
/// shares the directory.
final class DepositArea implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DepositArea.class);
  private static final String LOCK = "lock";

  private final Path own;
  private final FileChannel lock;

  private DepositArea(Path own, FileChannel lock) {
    this.own = own;
    this.lock = lock;
  }

  static DepositArea open(Path areas) throws IOException {
    Files.createDirectories(areas);
    sweep(areas);
    var own = Files.createDirectory(areas.resolve(UUID.randomUUID().toString()));
    var lock = lockFile(own);
    if (lock.tryLock() == null) {
      throw new IOException("cannot lock " + own);
    }
    return new DepositArea(own, lock);
  }

  /// A path for one more upload.
  Path newFile() {
    return own.resolve(UUID.randomUUID().toString());
  }

  private static void sweep(Path areas) throws IOException {
    try (var folders = Files.list(areas)) {
      for (var folder : folders.toList()) {
        if (isDead(folder)) {
          log.info("Sweeping unfinished uploads of a process that is gone: {}", folder);
          delete(folder);
        }
      }
    }
  }

  private static boolean isDead(Path folder) throws IOException {
    // A neighbour that starts just now has its folder but not yet its lock; its lock file comes
    // first of all.
    if (!Files.exists(folder.resolve(LOCK))) {
      return false;
    }
    try (var channel = lockFile(folder);
        var held = channel.tryLock()) {
      return held != null;
    } catch (OverlappingFileLockException ownProcess) {
      return false;
    }
  }

  private static FileChannel lockFile(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
    delete(own);
  }
}
