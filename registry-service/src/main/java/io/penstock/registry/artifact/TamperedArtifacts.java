package io.penstock.registry.artifact;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/// The table of artifacts that were found altered.
final class TamperedArtifacts {

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

  /// The bytes came anew.
  static void forget(Handle handle, ArtifactDigest digest) {
    handle
        .createUpdate("delete from tampered_artifact where sha256 = :sha256")
        .bind("sha256", digest.hex())
        .execute();
  }
}
