package io.penstock.registry.artifact;

import static java.util.stream.Collectors.toMap;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The table of artifacts that lost a name, for the sweep to look at.
public final class LooseArtifacts {

  private LooseArtifacts() {}

  /// Notes artifacts that this transaction takes a name from, and since when they count as loose.
  /// All of a transaction at once, in the order of their digests: two who do so wait for each other
  /// in one direction.
  public static void add(Handle handle, Map<ArtifactDigest, Instant> since) {
    if (since.isEmpty()) {
      return;
    }
    var digests = List.copyOf(since.keySet());
    handle
        .createUpdate(
            """
            insert into loose_artifact (sha256, since)
            select * from unnest(:digests, cast(:since as timestamptz[])) as loose (sha256, since)
            order by sha256
            on conflict (sha256) do update set since = excluded.since""")
        .bindArray("digests", String.class, digests.stream().map(ArtifactDigest::hex).toList())
        .bindArray(
            "since", String.class, digests.stream().map(since::get).map(Instant::toString).toList())
        .execute();
  }

  /// The same for artifacts that are loose from one time on.
  public static void add(Handle handle, Collection<ArtifactDigest> digests, Instant since) {
    add(handle, from(digests, since));
  }

  public static Map<ArtifactDigest, Instant> from(
      Collection<ArtifactDigest> digests, Instant since) {
    return digests.stream().distinct().collect(toMap(digest -> digest, _ -> since));
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
