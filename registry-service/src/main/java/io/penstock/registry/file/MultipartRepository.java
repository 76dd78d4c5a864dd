package io.penstock.registry.file;

import io.penstock.registry.artifact.ArtifactDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The tables of uploads in parts.
final class MultipartRepository {

  /// A part whose bytes are in the store.
  record StoredPart(int number, ArtifactDigest digest, long size) {}

  private MultipartRepository() {}

  static int count(Handle handle) {
    return handle.createQuery("select count(*) from multipart_upload").mapTo(int.class).one();
  }

  static void insert(Handle handle, MultipartUpload upload, Instant expiry, String caller) {
    handle
        .createUpdate(
            """
            insert into multipart_upload (upload_id, path, num_parts, expire_time, created_by)
            values (:id, :path, :parts, :expiry, :by)""")
        .bind("id", upload.id())
        .bind("path", upload.path().value())
        .bind("parts", upload.numParts())
        .bind("expiry", expiry)
        .bind("by", caller)
        .execute();
  }

  static Optional<MultipartUpload> find(Handle handle, String id) {
    return find(handle, id, "");
  }

  /// The upload, which cannot end before this transaction does.
  static Optional<MultipartUpload> hold(Handle handle, String id) {
    return find(handle, id, " for key share");
  }

  /// The upload, to which no part can be added any more.
  static Optional<MultipartUpload> lock(Handle handle, String id) {
    return find(handle, id, " for update");
  }

  private static Optional<MultipartUpload> find(Handle handle, String id, String lock) {
    return handle
        .createQuery("select * from multipart_upload where upload_id = :id" + lock)
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  static List<String> expired(Handle handle, Instant now, int most) {
    return handle
        .createQuery(
            """
            select upload_id from multipart_upload where expire_time < :now
            order by expire_time limit :most""")
        .bind("now", now)
        .bind("most", most)
        .mapTo(String.class)
        .list();
  }

  static void delete(Handle handle, String id) {
    for (var table : List.of("multipart_part", "multipart_upload")) {
      handle
          .createUpdate("delete from " + table + " where upload_id = :id")
          .bind("id", id)
          .execute();
    }
  }

  static List<StoredPart> parts(Handle handle, String id) {
    return handle
        .createQuery("select * from multipart_part where upload_id = :id order by number")
        .bind("id", id)
        .map((row, _) -> part(row))
        .list();
  }

  /// Puts a part in; gives the one it took the place of. Of several callers with the same part each
  /// replaces what the one before it put.
  static Optional<StoredPart> put(Handle handle, String id, StoredPart part) {
    if (write(
        handle,
        id,
        part,
        """
        insert into multipart_part (upload_id, number, sha256, size_bytes)
        values (:id, :number, :sha256, :size)
        on conflict (upload_id, number) do nothing""")) {
      return Optional.empty();
    }
    var before =
        handle
            .createQuery(
                """
                select * from multipart_part where upload_id = :id and number = :number
                for no key update""")
            .bind("id", id)
            .bind("number", part.number())
            .map((row, _) -> part(row))
            .one();
    write(
        handle,
        id,
        part,
        """
        update multipart_part set sha256 = :sha256, size_bytes = :size
        where upload_id = :id and number = :number""");
    return Optional.of(before);
  }

  private static boolean write(Handle handle, String id, StoredPart part, String statement) {
    return handle
            .createUpdate(statement)
            .bind("id", id)
            .bind("number", part.number())
            .bind("sha256", part.digest().hex())
            .bind("size", part.size())
            .execute()
        == 1;
  }

  private static StoredPart part(ResultSet row) throws SQLException {
    return new StoredPart(
        row.getInt("number"),
        new ArtifactDigest(row.getString("sha256")),
        row.getLong("size_bytes"));
  }

  private static MultipartUpload read(ResultSet row) throws SQLException {
    return new MultipartUpload(
        row.getString("upload_id"),
        new ArtifactFilePath(row.getString("path")),
        row.getInt("num_parts"));
  }
}
