package io.penstock.governance.log;

import io.penstock.governance.tree.TreeEdge;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The file that makes an append durable with one fsync. Everything since its base can be made
/// again from it; everything before its base is in full tiles and bundles that were fsynced before
/// older journals went.
final class Journal implements Closeable {

  private static final String PREFIX = "journal-";
  private static final long MAGIC = 0x50454e4a524e4c31L; // "PENJRNL1"
  private static final int HEADER = 2 * Long.BYTES;

  private final Path file;
  private final FileChannel channel;
  private long length;

  private Journal(Path file, FileChannel channel, long length) {
    this.file = file;
    this.channel = channel;
    this.length = length;
  }

  /// Begins a journal at the open bundle of a tree, durably and in place of one with the same base.
  static Journal create(Path directory, TreeEdge edge) throws IOException {
    long base = edge.base();
    Path file = directory.resolve(PREFIX + String.format(Locale.ROOT, "%016d", base));
    Path unfinished = file.resolveSibling(file.getFileName() + DurableFiles.UNFINISHED);
    FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    var journal = new Journal(file, channel, 0);
    journal.write(ByteBuffer.allocate(HEADER).putLong(MAGIC).putLong(base).flip());
    if (!edge.entries().isEmpty()) {
      journal.write(new JournalBatch(base, edge.entries(), edge.root()).encode());
    }
    channel.force(true);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.sync(directory);
    return journal;
  }

  /// The journals of a directory, oldest first.
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches(PREFIX + "\\d+"))
          .sorted()
          .toList();
    }
  }

  /// How many entries came before a journal.
  static long base(Path file) {
    return Long.parseLong(file.getFileName().toString().substring(PREFIX.length()));
  }

  /// Reads the batches up to the end, or up to where the last write was torn off.
  static void replay(Path file, Consumer<JournalBatch> batches) throws IOException {
    try (var source = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (source.readLong() != MAGIC || source.readLong() != base(file)) {
        throw new LogCorrupt(file + " is no journal: its header is wrong");
      }
      long available = Files.size(file) - HEADER;
      Optional<JournalBatch> next = JournalBatch.read(source, available);
      while (next.isPresent()) {
        batches.accept(next.get());
        available -= next.get().encodedLength();
        next = JournalBatch.read(source, available);
      }
    }
  }

  /// Appends; durable on return.
  void append(JournalBatch batch) throws IOException {
    write(batch.encode());
    channel.force(false);
  }

  long length() {
    return length;
  }

  Path file() {
    return file;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      length += channel.write(bytes, length);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
