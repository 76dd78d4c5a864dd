package io.penstock.governance.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files that are there whole or not at all, and the moment from which they survive a loss of
/// power.
final class DurableFiles {

  static final String UNFINISHED = ".new";

  private DurableFiles() {}

  /// Puts the content in place of what is there, if anything. Readers see the old or the new; power
  /// loss may undo it.
  static void replace(Path file, byte[] content) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      Files.write(unfinished, content);
    } catch (java.nio.file.NoSuchFileException directoryMissing) {
      Files.createDirectories(file.getParent());
      Files.write(unfinished, content);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Waits until a file, or the names in a directory, are on disk.
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
