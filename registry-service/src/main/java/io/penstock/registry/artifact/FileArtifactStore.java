package io.penstock.registry.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// Keeps artifacts as files: `sha256/ab/cd/abcd…`, read-only once they are there.
///
/// A file gets its name by one atomic rename after its bytes were forced to the disk, and the
/// directory is forced after that: whatever happens in between, a name stands for all of its bytes
/// or does not exist.
final class FileArtifactStore implements ArtifactStore, AutoCloseable {

  private final Path kept;
  private final DepositArea deposits;

  private FileArtifactStore(Path kept, DepositArea deposits) {
    this.kept = kept;
    this.deposits = deposits;
  }

  /// Opens a store and sweeps away what dead processes left of their uploads.
  static FileArtifactStore open(Path directory) throws IOException {
    var kept = Files.createDirectories(directory.resolve("sha256"));
    return new FileArtifactStore(kept, DepositArea.open(directory.resolve("uploads")));
  }

  @Override
  public Deposit begin() throws IOException {
    return new FileDeposit(deposits.newFile());
  }

  @Override
  public InputStream open(ArtifactDigest digest) throws IOException {
    return Files.newInputStream(path(digest));
  }

  @Override
  public ByteBuffer map(ArtifactDigest digest) throws IOException {
    try (var channel = FileChannel.open(path(digest), StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size());
    }
  }

  @Override
  public List<ArtifactDigest> writtenBefore(int shard, Instant time) throws IOException {
    var folder = kept.resolve(HexFormat.of().toHexDigits((byte) shard));
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    var latest = FileTime.from(time);
    try (var files =
        Files.find(
            folder,
            2,
            (_, file) -> file.isRegularFile() && file.lastModifiedTime().compareTo(latest) < 0)) {
      return files
          .map(file -> file.getFileName().toString())
          // What others put there, as NFS does with files that were deleted while open, is not
          // ours.
          .filter(ArtifactDigest::isHex)
          .map(ArtifactDigest::new)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void delete(ArtifactDigest digest) throws IOException {
    Files.deleteIfExists(path(digest));
  }

  Path path(ArtifactDigest digest) {
    return folder(digest).resolve(digest.hex());
  }

  private Path folder(ArtifactDigest digest) {
    return outerFolder(digest).resolve(digest.hex().substring(2, 4));
  }

  private Path outerFolder(ArtifactDigest digest) {
    return kept.resolve(digest.hex().substring(0, 2));
  }

  @Override
  public void close() throws IOException {
    deposits.close();
  }

  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private final class FileDeposit implements Deposit {

    private final Path file;
    private final FileChannel channel;

    FileDeposit(Path file) throws IOException {
      this.file = file;
      this.channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      try {
        while (bytes.hasRemaining()) {
          int _ = channel.write(bytes);
        }
      } catch (IOException e) {
        throw StoreFullException.orSame(e, file);
      }
    }

    // A disk that allots blocks late may find out here that it has none.
    @Override
    public void seal() throws IOException {
      try {
        channel.force(true);
      } catch (IOException e) {
        throw StoreFullException.orSame(e, file);
      }
      channel.close();
      boolean _ = file.toFile().setReadOnly();
    }

    @Override
    public void keep(ArtifactDigest digest) throws IOException {
      try {
        makeFolders(digest);
        Files.move(
            file,
            path(digest),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        force(folder(digest));
      } catch (IOException e) {
        throw StoreFullException.orSame(e, file);
      }
    }

    // A new directory is only as durable as its entry in the one above.
    private void makeFolders(ArtifactDigest digest) throws IOException {
      if (!Files.isDirectory(folder(digest))) {
        Files.createDirectories(folder(digest));
        force(outerFolder(digest));
        force(kept);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(file);
    }
  }
}
