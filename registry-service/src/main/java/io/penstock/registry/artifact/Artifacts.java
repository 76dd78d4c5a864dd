package io.penstock.registry.artifact;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import io.penstock.registry.RegistryFailure.ArtifactStoreFull;
import io.penstock.registry.RegistryFailure.ArtifactStoreUnavailable;
import io.penstock.registry.RegistryFailure.ArtifactTooLarge;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.artifact.ArtifactIntake.Kept;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
  private final ArtifactIntake intake;
  private final TamperAlarm alarm;

  Artifacts(
      ArtifactStore store,
      ArtifactConfig config,
      Jdbi jdbi,
      Changes changes,
      ArtifactIntake intake,
      TamperAlarm alarm) {
    this.store = store;
    this.config = config;
    this.jdbi = jdbi;
    this.changes = changes;
    this.intake = intake;
    this.alarm = alarm;
  }

  /// Takes all the chunks, and keeps them only where they are what was declared.
  public Artifact store(
      Optional<ArtifactDigest> declared,
      String mediaType,
      Iterator<ByteBuffer> chunks,
      String caller) {
    try (var received = intake.receive(declared, chunks, config.maxSize())) {
      return changes.commit(
          change -> {
            intake.keep(change, received, new Kept(mediaType, true), caller);
            audit(change, received, mediaType);
            return ArtifactRepository.find(change.handle(), received.digest()).orElseThrow();
          });
    }
  }

  private static void audit(Change change, ReceivedBytes received, String mediaType) {
    change.audit(
        received.digest().name(),
        Map.of("size_bytes", String.valueOf(received.sizeBytes()), "media_type", mediaType));
  }

  /// The record of an artifact, which has to exist.
  public Artifact get(ArtifactDigest digest) {
    return jdbi.withHandle(handle -> ArtifactRepository.find(handle, digest))
        .orElseThrow(() -> new NotFound(Kind.ARTIFACT, digest.name()).exception());
  }

  /// The bytes, verified while they are read. Bytes that a row speaks of and that are gone are a
  /// loss too.
  public InputStream open(ArtifactDigest digest) {
    var artifact = get(digest);
    try {
      return new VerifiedStream(store.open(artifact.digest()), digest, alarm::raise);
    } catch (NoSuchFileException e) {
      throw gone(digest);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// All the bytes, verified; mapped, not copied, where the store can.
  public ByteBuffer bytes(ArtifactDigest digest) {
    requireMappable(get(digest));
    try {
      var bytes = store.map(digest);
      var actual = digestOf(bytes);
      if (!actual.equals(digest)) {
        throw tampered(ArtifactCorrupt.altered(digest.name(), actual.hex()));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw gone(digest);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  // A file of a run may be longer than any model: one protobuf message ends at 2 GiB.
  private static void requireMappable(Artifact artifact) {
    if (artifact.sizeBytes() > Integer.MAX_VALUE) {
      throw new ArtifactTooLarge(Integer.MAX_VALUE).exception();
    }
  }

  /// Hashes the stored bytes again: are they still what their name says?
  public boolean verify(ArtifactDigest digest) {
    try (var bytes = new VerifiedStream(store.open(digest), digest, alarm::raise)) {
      bytes.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (FailureException e) {
      if (e.failure() instanceof ArtifactCorrupt) {
        return false;
      }
      throw e;
    } catch (NoSuchFileException e) {
      var _ = gone(digest);
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

  private RuntimeException gone(ArtifactDigest digest) {
    return tampered(new ArtifactCorrupt(digest.name(), "the stored bytes are gone"));
  }

  private RuntimeException tampered(ArtifactCorrupt corrupt) {
    alarm.raise(corrupt);
    return corrupt.exception();
  }

  static RuntimeException unavailable(IOException cause) {
    RegistryFailure failure =
        cause instanceof StoreFullException
            ? new ArtifactStoreFull("the artifact store is full, expected room for all the bytes")
            : new ArtifactStoreUnavailable("the artifact store failed: " + cause.getMessage());
    return new FailureException(failure, cause);
  }
}
