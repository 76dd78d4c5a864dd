package io.penstock.governance.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    write(unfinished, content);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Writes a file that no reader looks at yet, or that holds the same already: its bytes are never
  /// other than old or new.
  static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel = openCreating(file)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.truncate(content.length);
    }
  }

  private static FileChannel openCreating(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (NoSuchFileException directoryMissing) {
      Files.createDirectories(file.getParent());
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
  }

  /// Waits until a file, or the names in a directory, are on disk.
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
