package io.penstock.registry.signing;

import io.penstock.registry.version.VersionName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of signatures.
final class ModelSignatureRepository {

  private ModelSignatureRepository() {}

  /// False where this key has signed the version already.
  static boolean insert(Handle handle, VersionName version, ModelSignature signature) {
    return handle
            .createUpdate(
                """
                insert into model_signature
                  (model, number, key_id, root, bundle, create_time, created_by)
                values (:model, :number, :key, :root, :bundle, :time, :by)
                on conflict do nothing""")
            .bind("model", version.model())
            .bind("number", version.number())
            .bind("key", signature.keyId())
            .bind("root", signature.root())
            .bind("bundle", signature.bundle())
            .bind("time", signature.createTime())
            .bind("by", signature.createdBy())
            .execute()
        == 1;
  }

  static Optional<ModelSignature> find(Handle handle, VersionName version, String keyId) {
    return list(handle, version).stream()
        .filter(signature -> signature.keyId().equals(keyId))
        .findFirst();
  }

  /// The oldest first.
  static List<ModelSignature> list(Handle handle, VersionName version) {
    return handle
        .createQuery(
            """
            select * from model_signature where model = :model and number = :number
            order by create_time, key_id""")
        .bind("model", version.model())
        .bind("number", version.number())
        .map((row, _) -> read(row))
        .list();
  }

  private static ModelSignature read(ResultSet row) throws SQLException {
    return new ModelSignature(
        row.getString("key_id"),
        row.getString("root"),
        row.getString("bundle"),
        row.getTimestamp("create_time").toInstant(),
        row.getString("created_by"));
  }
}
