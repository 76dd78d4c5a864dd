package io.penstock.registry.artifact;

import io.penstock.kit.outbox.Change;
import io.penstock.registry.RegistryFailure.ArtifactTooLarge;
import io.penstock.registry.RegistryFailure.DigestMismatch;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;

/// Takes bytes into the store in two steps: they come, which may take an hour, and are kept, in a
/// moment and inside the transaction that gives them a row.
@Singleton
public final class ArtifactIntake {

  /// What kept bytes are, and whether they stay when nothing names them any more.
  public record Kept(String mediaType, boolean permanent) {

    /// The bytes of a file, which go with its last name.
    public static final Kept AS_FILE = new Kept("application/octet-stream", false);
  }

  private final ArtifactStore store;
  private final TamperAlarm alarm;

  ArtifactIntake(ArtifactStore store, TamperAlarm alarm) {
    this.alarm = alarm;
    this.store = store;
  }

  /// Takes all the chunks, holding one at a time, and refuses other bytes than were declared. The
  /// caller closes what it gets.
  public ReceivedBytes receive(
      Optional<ArtifactDigest> declared, Iterator<ByteBuffer> chunks, long mostBytes) {
    try {
      var deposit = store.begin();
      try {
        return receive(deposit, declared, chunks, mostBytes);
      } catch (IOException | RuntimeException | Error e) {
        deposit.close();
        throw e;
      }
    } catch (IOException e) {
      throw Artifacts.unavailable(e);
    }
  }

  static ReceivedBytes receive(
      ArtifactStore.Deposit deposit,
      Optional<ArtifactDigest> declared,
      Iterator<ByteBuffer> chunks,
      long mostBytes)
      throws IOException {
    var sha256 = ArtifactDigest.sha256();
    long size = 0;
    while (chunks.hasNext()) {
      var chunk = chunks.next();
      size = requireFitting(size + chunk.remaining(), mostBytes);
      sha256.update(chunk.duplicate());
      deposit.write(chunk);
    }
    var digest = ArtifactDigest.of(sha256);
    requireDeclared(declared, digest);
    deposit.seal();
    return new ReceivedBytes(deposit, digest, size);
  }

  private static long requireFitting(long size, long mostBytes) {
    if (size > mostBytes) {
      throw new ArtifactTooLarge(mostBytes).exception();
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

  /// Puts the bytes into the store and gives them a row.
  ///
  /// The row comes first and is held until the commit: who drops bytes does so under the same lock
  /// (see [ArtifactSweep]), and so can never take away what was just put there. A crash before the
  /// commit leaves complete bytes without a row, which the same upload later finds.
  public void keep(Change change, ReceivedBytes received, Kept as, String caller) {
    var artifact =
        new Artifact(
            received.digest(), received.sizeBytes(), as.mediaType(), change.time(), caller);
    ArtifactRepository.hold(change.handle(), artifact, as.permanent());
    try {
      received.deposit().keep(received.digest());
    } catch (IOException e) {
      throw Artifacts.unavailable(e);
    }
    alarm.resolve(change, received.digest());
  }
}
