package io.penstock.registry.artifact;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of artifacts: a row says that all the bytes are in the store.
final class ArtifactRepository {

  private ArtifactRepository() {}

  /// Adds a row unless there is one: the first to store the bytes stays on record.
  static void insert(Handle handle, Artifact artifact) {
    handle
        .createUpdate(
            """
            insert into artifact (sha256, size_bytes, media_type, create_time, created_by)
            values (:sha256, :size, :media, :time, :by)
            on conflict do nothing""")
        .bind("sha256", artifact.digest().hex())
        .bind("size", artifact.sizeBytes())
        .bind("media", artifact.mediaType())
        .bind("time", artifact.createTime())
        .bind("by", artifact.createdBy())
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
