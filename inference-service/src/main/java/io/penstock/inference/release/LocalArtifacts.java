package io.penstock.inference.release;

import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Artifacts that lie on this machine under names of their own and are read where they lie.
@Singleton
public final class LocalArtifacts {

  private volatile Map<String, Path> files = Map.of();

  /// Replaces what is known.
  ///
  /// @param byDigest files by the SHA-256 of what they held, in lower-case hex
  public void replace(Map<String, Path> byDigest) {
    files = Map.copyOf(byDigest);
  }

  Optional<Path> find(ArtifactDigest digest) {
    return Optional.ofNullable(files.get(digest.hex()));
  }
}
