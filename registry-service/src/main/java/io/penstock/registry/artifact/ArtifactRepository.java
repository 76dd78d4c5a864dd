package io.penstock.registry.artifact;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of artifacts: a row says that all the bytes are in the store.
final class ArtifactRepository {

  private ArtifactRepository() {}

  /// Sees to it that there is a row, the first to store the bytes staying on record, and that it
  /// stays until this transaction ends. Others may hold it too.
  static void hold(Handle handle, Artifact artifact, boolean permanent) {
    do {
      insert(handle, artifact, permanent);
    } while (!found(handle, artifact.digest()));
    if (permanent) {
      makePermanent(handle, artifact.digest());
    }
  }

  private static void insert(Handle handle, Artifact artifact, boolean permanent) {
    handle
        .createUpdate(
            """
            insert into artifact
              (sha256, size_bytes, media_type, create_time, created_by, permanent)
            values (:sha256, :size, :media, :time, :by, :permanent)
            on conflict do nothing""")
        .bind("sha256", artifact.digest().hex())
        .bind("size", artifact.sizeBytes())
        .bind("media", artifact.mediaType())
        .bind("time", artifact.createTime())
        .bind("by", artifact.createdBy())
        .bind("permanent", permanent)
        .execute();
  }

  // Not so where the row that was in the way was dropped between the two statements.
  private static boolean found(Handle handle, ArtifactDigest digest) {
    return handle
        .createQuery("select true from artifact where sha256 = :sha256 for key share")
        .bind("sha256", digest.hex())
        .mapTo(boolean.class)
        .findOne()
        .isPresent();
  }

  private static void makePermanent(Handle handle, ArtifactDigest digest) {
    handle
        .createUpdate(
            "update artifact set permanent = true where sha256 = :sha256 and not permanent")
        .bind("sha256", digest.hex())
        .execute();
  }

  static Optional<Artifact> find(Handle handle, ArtifactDigest digest) {
    return handle
        .createQuery("select * from artifact where sha256 = :sha256")
        .bind("sha256", digest.hex())
        .map((row, _) -> read(row))
        .findOne();
  }

  private static Artifact read(ResultSet row) throws SQLException {
    return new Artifact(
        new ArtifactDigest(row.getString("sha256")),
        row.getLong("size_bytes"),
        row.getString("media_type"),
        row.getTimestamp("create_time").toInstant(),
        row.getString("created_by"));
  }
}
