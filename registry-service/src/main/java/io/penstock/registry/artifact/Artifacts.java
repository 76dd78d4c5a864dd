package io.penstock.registry.artifact;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import io.penstock.registry.RegistryFailure.ArtifactStoreUnavailable;
import io.penstock.registry.RegistryFailure.ArtifactTooLarge;
import io.penstock.registry.RegistryFailure.DigestMismatch;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// The artifacts of the registry: bytes in the store, a row each in the database.
@Singleton
public final class Artifacts {

  private final ArtifactStore store;
  private final ArtifactConfig config;
  private final Jdbi jdbi;
  private final Changes changes;

  Artifacts(ArtifactStore store, ArtifactConfig config, Jdbi jdbi, Changes changes) {
    this.store = store;
    this.config = config;
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /// Takes all the chunks, and keeps them only where they are what was declared.
  public Artifact store(
      Optional<ArtifactDigest> declared,
      String mediaType,
      Iterator<ByteBuffer> chunks,
      String caller) {
    try (var deposit = store.begin()) {
      var sha256 = ArtifactDigest.sha256();
      long size = 0;
      while (chunks.hasNext()) {
        var chunk = chunks.next();
        size = requireFitting(size + chunk.remaining());
        sha256.update(chunk.duplicate());
        deposit.write(chunk);
      }
      var digest = ArtifactDigest.of(sha256);
      requireDeclared(declared, digest);
      deposit.keep(digest);
      return record(digest, size, mediaType, caller);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private long requireFitting(long size) {
    if (size > config.maxSize()) {
      throw new ArtifactTooLarge(config.maxSize()).exception();
    }
    return size;
  }

  private static void requireDeclared(Optional<ArtifactDigest> declared, ArtifactDigest actual) {
    declared
        .filter(digest -> !digest.equals(actual))
        .ifPresent(
            digest -> {
              throw new DigestMismatch(digest.hex(), actual.hex()).exception();
            });
  }

  private Artifact record(ArtifactDigest digest, long size, String mediaType, String caller) {
    return changes.commit(
        change -> {
          var artifact = new Artifact(digest, size, mediaType, change.time(), caller);
          ArtifactRepository.insert(change.handle(), artifact);
          change.audit(
              digest.name(), Map.of("size_bytes", String.valueOf(size), "media_type", mediaType));
          return ArtifactRepository.find(change.handle(), digest).orElse(artifact);
        });
  }

  /// The record of an artifact, which has to exist.
  public Artifact get(ArtifactDigest digest) {
    return jdbi.withHandle(handle -> ArtifactRepository.find(handle, digest))
        .orElseThrow(() -> new NotFound(Kind.ARTIFACT, digest.name()).exception());
  }

  /// The bytes, verified while they are read. Bytes that a row speaks of and that are gone are a
  /// loss too.
  InputStream open(ArtifactDigest digest) {
    var artifact = get(digest);
    try {
      return new VerifiedStream(store.open(artifact.digest()), digest);
    } catch (NoSuchFileException e) {
      throw gone(digest);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// All the bytes, verified; mapped, not copied, where the store can.
  public ByteBuffer bytes(ArtifactDigest digest) {
    get(digest);
    try {
      var bytes = store.map(digest);
      var actual = digestOf(bytes);
      if (!actual.equals(digest)) {
        throw new ArtifactCorrupt(
                digest.name(), "the stored bytes have SHA-256 %s".formatted(actual.hex()))
            .exception();
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw gone(digest);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// Hashes the stored bytes again: are they still what their name says?
  public boolean verify(ArtifactDigest digest) {
    try {
      return digestOf(store.map(digest)).equals(digest);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static ArtifactDigest digestOf(ByteBuffer bytes) {
    var sha256 = ArtifactDigest.sha256();
    sha256.update(bytes.duplicate());
    return ArtifactDigest.of(sha256);
  }

  private static RuntimeException gone(ArtifactDigest digest) {
    return new ArtifactCorrupt(digest.name(), "the stored bytes are gone").exception();
  }

  static RuntimeException unavailable(IOException cause) {
    var failure = new ArtifactStoreUnavailable("the artifact store failed: " + cause.getMessage());
    return new FailureException(failure, cause);
  }
}
