package io.penstock.inference.release;

import io.penstock.kit.grpc.Peers;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.Set;

/// The sources that this server listens to, which follow from its configuration: the registry where
/// its address is known, a directory where one is named. With a directory and no registry the
/// service stands alone.
@Singleton
public final class ReleaseSources {

  private final Set<ReleaseSource> sources;

  ReleaseSources(Peers peers, RepositoryConfig repository) {
    this.sources = EnumSet.noneOf(ReleaseSource.class);
    if (repository.directory() != null) {
      sources.add(ReleaseSource.DIRECTORY);
    }
    // Without either, the missing address is what must be told.
    if (peers.knows("registry") || sources.isEmpty()) {
      sources.add(ReleaseSource.REGISTRY);
    }
  }

  /// Whether this source is listened to.
  public boolean has(ReleaseSource source) {
    return sources.contains(source);
  }

  Set<ReleaseSource> all() {
    return sources;
  }
}
