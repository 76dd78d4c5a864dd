package io.penstock.registry.artifact;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// The table of artifacts that were found altered.
final class TamperedArtifacts {

  private static final int MOST_VERSIONS = 50;

  /// A version that the artifact is or makes part of.
  record Version(String model, long number) {

    static String names(List<Version> versions) {
      return versions.stream()
          .map(version -> "models/%s/versions/%d".formatted(version.model(), version.number()))
          .collect(Collectors.joining(", "));
    }
  }

  private TamperedArtifacts() {}

  /// False where the artifact is known to be altered already.
  static boolean add(Handle handle, ArtifactDigest digest, String detail, Instant time) {
    return handle
            .createUpdate(
                """
                insert into tampered_artifact (sha256, detail, detect_time)
                values (:sha256, :detail, :time) on conflict do nothing""")
            .bind("sha256", digest.hex())
            .bind("detail", detail)
            .bind("time", time)
            .execute()
        == 1;
  }

  /// False where the artifact was not known to be altered.
  static boolean remove(Handle handle, ArtifactDigest digest) {
    return handle
            .createUpdate("delete from tampered_artifact where sha256 = :sha256")
            .bind("sha256", digest.hex())
            .execute()
        == 1;
  }

  static List<Version> versionsOf(Handle handle, ArtifactDigest digest) {
    return handle
        .createQuery(
            """
            select model, number from model_version where artifact = :sha256
            union
            select model, number from model_version_file where sha256 = :sha256
            order by model, number limit :most""")
        .bind("sha256", digest.hex())
        .bind("most", MOST_VERSIONS)
        .map((row, _) -> new Version(row.getString("model"), row.getLong("number")))
        .list();
  }
}
