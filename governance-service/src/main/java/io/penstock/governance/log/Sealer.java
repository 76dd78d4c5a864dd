package io.penstock.governance.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes full tiles and bundles durable beside the appends, and removes the journal that stood for
/// them until then.
final class Sealer {

  private static final Logger log = LoggerFactory.getLogger(Sealer.class);

  private @Nullable Thread sealing;
  private volatile @Nullable IOException failure;

  /// Seals in the background. Only one such work is under way at a time: see [#idle()].
  void seal(List<Path> files, Path journal) {
    await();
    sealing = Thread.ofVirtual().name("audit-log-sealer").start(() -> run(files, journal));
  }

  boolean idle() {
    return sealing == null || !sealing.isAlive();
  }

  /// True when files may not be durable although they should: only a recovery helps.
  boolean failed() {
    return failure != null;
  }

  void await() {
    Thread current = sealing;
    if (current == null) {
      return;
    }
    try {
      current.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while tiles were made durable", e);
    }
  }

  private void run(List<Path> files, Path journal) {
    try {
      sync(files);
      Files.deleteIfExists(journal);
    } catch (IOException e) {
      failure = e;
      log.error("Cannot make the audit log's tiles durable; recovering on the next append", e);
    }
  }

  /// Makes files and the names that lead to them durable.
  static void sync(List<Path> files) throws IOException {
    Set<Path> directories = new LinkedHashSet<>();
    for (Path file : files) {
      DurableFiles.sync(file);
      directories.add(file.getParent());
    }
    // A new directory is itself a name in the one above: at most `x001/x234` below `tile/<L>`.
    for (Path directory : List.copyOf(directories)) {
      Path above = directory.getParent();
      while (above != null && !directory.endsWith(LogPaths.TILES)) {
        directories.add(above);
        directory = above;
        above = directory.getParent();
      }
    }
    for (Path directory : directories) {
      DurableFiles.sync(directory);
    }
  }
}
