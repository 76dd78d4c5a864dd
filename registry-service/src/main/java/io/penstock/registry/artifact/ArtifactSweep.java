package io.penstock.registry.artifact;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;

/// Drops bytes that nothing names.
///
/// Who names an artifact holds its row, who drops it locks the row, takes the bytes away and then
/// commits. An upload of the same bytes so either comes first and is seen, or waits and then puts
/// the bytes back.
@Singleton
public final class ArtifactSweep {

  private static final int BATCH = 1_000;

  private final ArtifactStore store;
  private final Jdbi jdbi;
  private final Clock clock;

  ArtifactSweep(ArtifactStore store, Jdbi jdbi, Clock clock) {
    this.store = store;
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /// How many artifacts were dropped, of those looked at.
  public record Swept(int seen, int dropped) {

    public boolean hasMore() {
      return seen == BATCH;
    }
  }

  /// Looks at a batch of artifacts that lost a name before then.
  public Swept loose(Instant before) {
    var loose = jdbi.withHandle(handle -> LooseArtifacts.before(handle, before, BATCH));
    int dropped = 0;
    for (var digest : loose) {
      dropped += drop(digest) ? 1 : 0;
    }
    return new Swept(loose.size(), dropped);
  }

  private boolean drop(ArtifactDigest digest) {
    return jdbi.inTransaction(
        handle -> {
          boolean unnamed = ArtifactRepository.deleteUnnamed(handle, digest);
          if (unnamed) {
            delete(digest);
          }
          LooseArtifacts.remove(handle, digest);
          return unnamed;
        });
  }

  /// Looks through a part of the store for complete bytes without a row, which a crash leaves; the
  /// number says which, and any will do.
  public Swept unknown(int round, Instant before) {
    try {
      var written = store.writtenBefore(Math.floorMod(round, ArtifactStore.SHARDS), before);
      var unknown = jdbi.withHandle(handle -> ArtifactRepository.unknown(handle, written));
      int dropped = 0;
      for (var digest : unknown) {
        dropped += dropUnknown(digest) ? 1 : 0;
      }
      return new Swept(written.size(), dropped);
    } catch (IOException e) {
      throw Artifacts.unavailable(e);
    }
  }

  // The row that is on its way for an upload of the same bytes would be in the way of ours.
  private boolean dropUnknown(ArtifactDigest digest) {
    return jdbi.inTransaction(
        handle -> {
          boolean unknown = ArtifactRepository.occupy(handle, digest, clock.instant());
          if (unknown) {
            delete(digest);
            boolean _ = ArtifactRepository.deleteUnnamed(handle, digest);
          }
          return unknown;
        });
  }

  private void delete(ArtifactDigest digest) {
    try {
      store.delete(digest);
    } catch (IOException e) {
      throw Artifacts.unavailable(e);
    }
  }
}
