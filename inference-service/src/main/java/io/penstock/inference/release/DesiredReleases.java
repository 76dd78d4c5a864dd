package io.penstock.inference.release;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the registry wants, as far as this server has heard. Takes the stream's messages in; knows
/// where to resume.
final class DesiredReleases {

  /// One message of the stream.
  ///
  /// @param revision up to which the follower now knows everything
  /// @param synced the past is told
  record Message(Optional<WantedRelease> release, long revision, boolean synced) {}

  private Map<String, WantedRelease> releases;
  private long revision;
  // While everything is told from the beginning: what was told so far.
  private @Nullable Map<String, WantedRelease> retelling;

  DesiredReleases(Map<String, WantedRelease> archived) {
    this.releases = new TreeMap<>(archived);
  }

  /// Begins a new stream.
  ///
  /// @return the revision to resume after; 0 to be told everything
  long resume() {
    retelling = revision == 0 ? new TreeMap<>() : null;
    return revision;
  }

  /// Takes in one message.
  ///
  /// @return whether what is wanted may have changed
  boolean take(Message message) {
    message.release().ifPresent(this::hear);
    if (message.synced()) {
      sync(message.revision());
      return true;
    }
    if (retelling == null) {
      revision = Math.max(revision, message.revision());
    }
    return retelling == null;
  }

  private void hear(WantedRelease release) {
    var told = retelling == null ? releases : retelling;
    told.put(release.model(), release);
    if (retelling == null) {
      revision = Math.max(revision, release.revision());
    }
  }

  // A registry that knows less than we do is another one, or was restored from a backup: nothing we
  // know of it holds.
  private void sync(long registryRevision) {
    if (retelling == null && registryRevision < revision) {
      revision = 0;
      throw new IllegalStateException(
          "the registry is at an earlier revision than this server; beginning anew");
    }
    revision = registryRevision;
    if (retelling != null) {
      releases = retelling;
      retelling = null;
    }
  }

  /// The wanted releases by model.
  Map<String, WantedRelease> releases() {
    return Map.copyOf(releases);
  }
}
