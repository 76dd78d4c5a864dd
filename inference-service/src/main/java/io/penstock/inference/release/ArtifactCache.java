package io.penstock.inference.release;

import io.penstock.inference.InferenceConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Artifacts on this machine, so that a restart needs no registry. What is handed out has been
/// checked against its digest in the very memory that will be used: a file that rotted, or was
/// tampered with, is fetched again.
@Singleton
public final class ArtifactCache {

  private static final Logger log = LoggerFactory.getLogger(ArtifactCache.class);
  private static final Duration UNUSED_FOR = Duration.ofDays(7);

  private final Path directory;
  private final ArtifactClient downloads;
  private final LocalArtifacts local;
  private final Clock clock;

  ArtifactCache(
      InferenceConfig config, ArtifactClient downloads, LocalArtifacts local, Clock clock) {
    this.directory = config.cacheDirectory().resolve("artifacts");
    this.downloads = downloads;
    this.local = local;
    this.clock = clock;
  }

  /// The bytes of an artifact that may be as large as any.
  ByteBuffer read(ArtifactDigest digest, Arena arena) throws LoadFailed {
    return read(digest, Integer.MAX_VALUE, arena);
  }

  /// The bytes of `artifacts/{sha256}`, in memory that lives as long as the arena.
  ///
  /// @param most bytes that it may have
  public ByteBuffer read(String artifact, long most, Arena arena) throws LoadFailed {
    return read(ArtifactDigest.parse(artifact), most, arena);
  }

  private ByteBuffer read(ArtifactDigest digest, long most, Arena arena) throws LoadFailed {
    var own = local.find(digest);
    return own.isPresent()
        ? readOwn(own.get(), digest, most, arena)
        : readCached(digest, most, arena);
  }

  private static ByteBuffer readOwn(Path file, ArtifactDigest digest, long most, Arena arena)
      throws LoadFailed {
    try {
      var bytes = read(file, most, arena);
      if (!holds(bytes, digest)) {
        throw new LoadFailed(file + " changed while it was loaded");
      }
      return bytes;
    } catch (IOException e) {
      throw new LoadFailed("cannot read " + file + ": " + e, e);
    }
  }

  private ByteBuffer readCached(ArtifactDigest digest, long most, Arena arena) throws LoadFailed {
    var file = directory.resolve(digest.hex());
    try {
      Files.createDirectories(directory);
      if (Files.exists(file)) {
        var bytes = read(file, most, arena);
        if (holds(bytes, digest)) {
          Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
          return bytes;
        }
        log.warn("The cached {} is corrupt; fetching it again", digest);
        Files.delete(file);
      }
      downloads.download(digest, most, file);
      return verified(read(file, most, arena), digest);
    } catch (IOException e) {
      throw new LoadFailed("cannot read " + file + ": " + e, e);
    }
  }

  private static ByteBuffer verified(ByteBuffer bytes, ArtifactDigest digest) throws LoadFailed {
    if (!holds(bytes, digest)) {
      throw new LoadFailed(digest + " is corrupt on this machine's disk");
    }
    return bytes;
  }

  private static boolean holds(ByteBuffer bytes, ArtifactDigest digest) {
    var given = ArtifactDigest.sha256();
    given.update(bytes.duplicate());
    return ArtifactDigest.finish(given).equals(digest);
  }

  private static ByteBuffer read(Path file, long most, Arena arena) throws IOException, LoadFailed {
    try (var channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size == 0 || size > most) {
        throw new LoadFailed("it has %d bytes, expected 1 to %d".formatted(size, most));
      }
      var bytes = arena.allocate(size, Long.BYTES).asByteBuffer();
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Reads on: a channel may give less than asked for.
      }
      return bytes.flip();
    }
  }

  /// Forgets files that no release names and nobody has used for a week.
  void prune(Set<String> named) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    var oldest = FileTime.from(clock.instant().minus(UNUSED_FOR));
    try (var files = Files.list(directory)) {
      for (var file : files.filter(f -> !named.contains(f.getFileName().toString())).toList()) {
        if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      log.warn("Could not tidy {}: {}", directory, e.toString());
    }
  }
}
