package io.penstock.registry.artifact;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
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

  /// Takes the row away unless it is permanent or something refers to it; nobody can begin to refer
  /// to it before the transaction ends. True where it is gone now.
  static boolean deleteUnnamed(Handle handle, ArtifactDigest digest) {
    return lock(handle, digest)
        && handle
                .createUpdate(
                    """
                    delete from artifact where sha256 = :sha256 and not permanent
                      and not exists (select from artifact_file where sha256 = :sha256)
                      and not exists (select from model_version_file where sha256 = :sha256)
                      and not exists (select from multipart_part where sha256 = :sha256)
                      and not exists (select from model_version where artifact = :sha256)""")
                .bind("sha256", digest.hex())
                .execute()
            == 1;
  }

  // A statement of its own: the next one then sees whoever referred to the row before.
  private static boolean lock(Handle handle, ArtifactDigest digest) {
    return handle
        .createQuery("select true from artifact where sha256 = :sha256 for update")
        .bind("sha256", digest.hex())
        .mapTo(boolean.class)
        .findOne()
        .isPresent();
  }

  /// Those of the digests that have no row.
  static List<ArtifactDigest> unknown(Handle handle, List<ArtifactDigest> digests) {
    return handle
        .createQuery(
            """
            select given.sha256 from unnest(:digests) as given (sha256)
            where not exists (select from artifact where sha256 = given.sha256)""")
        .bindArray("digests", String.class, digests.stream().map(ArtifactDigest::hex).toList())
        .mapTo(String.class)
        .map(ArtifactDigest::new)
        .list();
  }

  /// Takes the place of a missing row until the transaction ends; false where there is one.
  static boolean occupy(Handle handle, ArtifactDigest digest, Instant time) {
    return handle
            .createUpdate(
                """
                insert into artifact
                  (sha256, size_bytes, media_type, create_time, created_by, permanent)
                values (:sha256, 0, '', :time, '', false) on conflict do nothing""")
            .bind("sha256", digest.hex())
            .bind("time", time)
            .execute()
        == 1;
  }
}
