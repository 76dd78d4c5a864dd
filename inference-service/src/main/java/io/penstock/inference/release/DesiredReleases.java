package io.penstock.inference.release;

import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the registry wants, as far as this server has heard. Takes the stream's messages in; knows where to resume.
final class DesiredReleases {

  private Map<String, Release> releases;
  private long revision;
  // While everything is told from the beginning: what was told so far.
  private @Nullable Map<String, Release> retelling;

  DesiredReleases(Map<String, Release> archived) {
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
  boolean take(WatchReleasesResponse message) {
    if (message.hasRelease()) {
      var told = retelling == null ? releases : retelling;
      told.put(modelOf(message.getRelease()), message.getRelease());
    }
    if (message.getSynced()) {
      return synced(message.getRevision());
    }
    revision = Math.max(revision, Math.max(message.getRevision(), message.getRelease().getRevision()));
    return retelling == null;
  }

  // A registry that knows less than we do is another one, or was restored from a backup: nothing we know of it holds.
  private boolean synced(long registryRevision) {
    if (registryRevision < revision && retelling == null) {
      revision = 0;
      throw new IllegalStateException(
          "the registry is at an earlier revision than this server; beginning anew");
    }
    revision = registryRevision;
    if (retelling != null) {
      releases = retelling;
      retelling = null;
    }
    return true;
  }

  /// The wanted releases by model.
  Map<String, Release> releases() {
    return Map.copyOf(releases);
  }

  /// Reads the model out of `releases/{model}`. Only names that are safe as file names pass.
  static String modelOf(Release release) {
    var name = release.getName();
    if (!name.matches("releases/[a-z0-9][a-z0-9._-]{0,62}")) {
      throw new IllegalArgumentException("'%s' is no release".formatted(name));
    }
    return name.substring("releases/".length());
  }
}
