package io.penstock.registry.dataset;

import com.google.protobuf.ByteString;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import io.penstock.registry.Sha256;
import io.penstock.registry.profile.Profile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// The table of data snapshots.
final class DatasetRepository {

  private static final DatasetName BEFORE_ALL = new DatasetName("", "");

  private DatasetRepository() {}

  /// Stores a snapshot unless it is there.
  static void insert(Handle handle, Dataset dataset) {
    handle
        .createUpdate(
            """
            insert into dataset
              (dataset_id, sha256, source, rows, profile, manifest, create_time, created_by)
            values (:id, :sha256, :source, :rows, :profile, :manifest, :time, :by)
            on conflict do nothing""")
        .bind("id", dataset.name().datasetId())
        .bind("sha256", dataset.name().sha256())
        .bind("source", dataset.source())
        .bind("rows", dataset.rows())
        .bind("profile", dataset.profile().encoded().toByteArray())
        .bind("manifest", dataset.manifest().map(Manifest::canonical).orElse(new byte[0]))
        .bind("time", dataset.createTime())
        .bind("by", dataset.createdBy())
        .execute();
  }

  static Optional<Dataset> find(Handle handle, DatasetName name) {
    return handle
        .createQuery("select * from dataset where dataset_id = :id and sha256 = :sha256")
        .bind("id", name.datasetId())
        .bind("sha256", name.sha256())
        .map((row, _) -> read(row, manifest(row)))
        .findOne();
  }

  static Set<DatasetName> existing(Handle handle, Collection<DatasetName> names) {
    return handle
        .createQuery(
            """
            select dataset_id, sha256 from dataset
            join unnest(:ids, :hashes) as wanted (dataset_id, sha256) using (dataset_id, sha256)""")
        .bindArray("ids", String.class, names.stream().map(DatasetName::datasetId).toList())
        .bindArray("hashes", String.class, names.stream().map(DatasetName::sha256).toList())
        .map((row, _) -> name(row))
        .set();
  }

  /// Without manifests.
  static Page<Dataset> page(Handle handle, PageRequest page) {
    var after = page.after(BEFORE_ALL, key -> new DatasetName(key.text(), key.text()));
    var rows =
        handle
            .createQuery(
                """
                select dataset_id, sha256, source, rows, profile, create_time, created_by
                from dataset where (dataset_id, sha256) > (:id, :sha256)
                order by dataset_id, sha256 limit :limit""")
            .bind("id", after.datasetId())
            .bind("sha256", after.sha256())
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row, Optional.empty()))
            .list();
    return page.page(rows, dataset -> List.of(dataset.name().datasetId(), dataset.name().sha256()));
  }

  // What names the snapshot is what was hashed: a manifest that was altered since is not given out.
  private static Optional<Manifest> manifest(ResultSet row) throws SQLException {
    var canonical = row.getBytes("manifest");
    if (canonical.length == 0) {
      return Optional.empty();
    }
    var name = name(row);
    if (!Sha256.hex(canonical).equals(name.sha256())) {
      throw new ArtifactCorrupt(
              name.toString(),
              "the stored manifest has SHA-256 %s, not that of its name"
                  .formatted(Sha256.hex(canonical)))
          .exception();
    }
    return Optional.of(Manifest.read(canonical));
  }

  private static DatasetName name(ResultSet row) throws SQLException {
    return new DatasetName(row.getString("dataset_id"), row.getString("sha256"));
  }

  private static Dataset read(ResultSet row, Optional<Manifest> manifest) throws SQLException {
    return new Dataset(
        name(row),
        row.getString("source"),
        row.getLong("rows"),
        new Profile(ByteString.copyFrom(row.getBytes("profile"))),
        manifest,
        row.getTimestamp("create_time").toInstant(),
        row.getString("created_by"));
  }
}
