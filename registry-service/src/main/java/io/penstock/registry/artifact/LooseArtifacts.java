package io.penstock.registry.artifact;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The table of artifacts that lost a name, for the sweep to look at.
public final class LooseArtifacts {

  private LooseArtifacts() {}

  /// Notes artifacts that this transaction takes a name from. In the order of their digests, so
  /// that two who do so at once wait for each other in one direction.
  public static void add(Handle handle, Collection<ArtifactDigest> digests, Instant time) {
    handle
        .createUpdate(
            """
            insert into loose_artifact (sha256, since)
            select sha256, :time from unnest(:digests) as sha256 order by sha256
            on conflict (sha256) do update set since = excluded.since""")
        .bindArray(
            "digests", String.class, digests.stream().map(ArtifactDigest::hex).distinct().toList())
        .bind("time", time)
        .execute();
  }

  /// What has been loose since before then, the oldest first.
  static List<ArtifactDigest> before(Handle handle, Instant time, int most) {
    return handle
        .createQuery(
            "select sha256 from loose_artifact where since < :time order by since limit :most")
        .bind("time", time)
        .bind("most", most)
        .mapTo(String.class)
        .map(ArtifactDigest::new)
        .list();
  }

  static void remove(Handle handle, ArtifactDigest digest) {
    handle
        .createUpdate("delete from loose_artifact where sha256 = :sha256")
        .bind("sha256", digest.hex())
        .execute();
  }
}
