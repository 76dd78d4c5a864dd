package io.penstock.governance.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.governance.tree.Tile;
import io.penstock.governance.tree.TreeEdge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The published files of a log: tiles, bundles and the checkpoint, as any reader of C2SP
/// tlog-tiles expects them.
///
/// Full tiles and bundles never change. Partial ones go when their full one is there, and nothing
/// is ever recovered from them.
final class LogFiles {

  private static final int RECENT_TILES = 512;
  private static final int RECENT_BUNDLES = 64;

  private final Path directory;
  private final RecentFiles<byte[]> tiles = new RecentFiles<>(RECENT_TILES);
  private final RecentFiles<List<byte[]>> bundles = new RecentFiles<>(RECENT_BUNDLES);

  LogFiles(Path directory) {
    this.directory = directory;
  }

  /// The hashes of a full tile.
  byte[] tile(int level, long number) {
    Path path = LogPaths.tile(level, number);
    byte[] known = tiles.find(path);
    if (known != null) {
      return known;
    }
    byte[] hashes = read(path);
    if (hashes.length != Tile.FULL_BYTES) {
      throw new LogCorrupt(
          "%s holds %d bytes, expected %d".formatted(path, hashes.length, Tile.FULL_BYTES));
    }
    tiles.add(path, hashes);
    return hashes;
  }

  /// The entries of a full bundle.
  List<byte[]> bundle(long number) {
    Path path = LogPaths.bundle(number);
    List<byte[]> known = bundles.find(path);
    if (known != null) {
      return known;
    }
    List<byte[]> entries = decode(path);
    bundles.add(path, entries);
    return entries;
  }

  private List<byte[]> decode(Path path) {
    try {
      List<byte[]> entries = EntryBundle.decode(ByteBuffer.wrap(read(path)));
      if (entries.size() == Tile.WIDTH) {
        return entries;
      }
      throw new LogCorrupt(
          "%s holds %d entries, expected %d".formatted(path, entries.size(), Tile.WIDTH));
    } catch (BufferUnderflowException e) {
      throw new LogCorrupt(path + " ends within an entry", e);
    }
  }

  /// Writes what became full. Returns the files, which are not durable yet.
  List<Path> writeFull(TreeEdge.Growth growth, long sizeBefore) throws IOException {
    var written = new ArrayList<Path>();
    long number = sizeBefore / Tile.WIDTH;
    for (List<byte[]> bundle : growth.bundles()) {
      written.add(write(LogPaths.bundle(number), EntryBundle.encode(bundle)));
      number++;
    }
    for (Tile tile : growth.tiles()) {
      written.add(write(LogPaths.of(tile), tile.hashes()));
    }
    return written;
  }

  /// Writes the partial tiles and the partial bundle of an edge, as far as they differ from those
  /// of an earlier size.
  void writePartial(TreeEdge edge, long sizeBefore) throws IOException {
    for (Tile tile : edge.openTiles()) {
      int shift = Tile.HEIGHT * tile.level();
      if (edge.size() >> shift != sizeBefore >> shift) {
        write(LogPaths.of(tile), tile.hashes());
      }
    }
    if (!edge.entries().isEmpty()) {
      Path path = LogPaths.partialBundle(edge.size() / Tile.WIDTH, edge.entries().size());
      write(path, EntryBundle.encode(edge.entries()));
    }
  }

  /// Removes the partial files of what was open at an earlier size and is full now.
  void removeSuperseded(TreeEdge before, long size) throws IOException {
    for (Tile tile : before.openTiles()) {
      if (size >> (Tile.HEIGHT * (tile.level() + 1)) > tile.number()) {
        removePartials(LogPaths.tile(tile.level(), tile.number()));
      }
    }
    long bundle = before.size() / Tile.WIDTH;
    if (size / Tile.WIDTH > bundle) {
      removePartials(LogPaths.bundle(bundle));
    }
  }

  void writeCheckpoint(Checkpoint checkpoint) throws IOException {
    DurableFiles.replace(directory.resolve(LogPaths.CHECKPOINT), utf8(checkpoint.note()));
  }

  void writeVerifierKey(String verifierKey) throws IOException {
    DurableFiles.replace(directory.resolve(LogPaths.VERIFIER_KEY), utf8(verifierKey + "\n"));
  }

  /// The checkpoint's note, if one was ever published and reached the disk: it is replaced without
  /// waiting for that.
  @Nullable String checkpoint() {
    if (!Files.exists(directory.resolve(LogPaths.CHECKPOINT))) {
      return null;
    }
    String note = new String(read(LogPaths.CHECKPOINT), UTF_8);
    return note.isEmpty() ? null : note;
  }

  boolean published() {
    return Files.exists(directory.resolve(LogPaths.CHECKPOINT))
        || Files.exists(directory.resolve(LogPaths.TILES));
  }

  void forgetRecent() {
    tiles.clear();
    bundles.clear();
  }

  // In place: nobody reads a tile before a checkpoint covers it, and a recovery writes the same
  // bytes again.
  private Path write(Path path, byte[] content) throws IOException {
    Path file = directory.resolve(path);
    DurableFiles.write(file, content);
    return file;
  }

  private byte[] read(Path path) {
    try {
      return Files.readAllBytes(directory.resolve(path));
    } catch (NoSuchFileException e) {
      throw new LogCorrupt(path + " is missing from " + directory, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + " of " + directory, e);
    }
  }

  private void removePartials(Path full) throws IOException {
    Path partials = directory.resolve(LogPaths.partials(full));
    if (!Files.isDirectory(partials)) {
      return;
    }
    try (Stream<Path> files = Files.list(partials)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(partials);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
