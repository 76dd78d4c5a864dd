package io.penstock.registry.dataset;

import com.google.protobuf.ByteString;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
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
            insert into dataset (dataset_id, sha256, source, rows, profile, create_time, created_by)
            values (:id, :sha256, :source, :rows, :profile, :time, :by)
            on conflict do nothing""")
        .bind("id", dataset.name().datasetId())
        .bind("sha256", dataset.name().sha256())
        .bind("source", dataset.source())
        .bind("rows", dataset.rows())
        .bind("profile", dataset.profile().encoded().toByteArray())
        .bind("time", dataset.createTime())
        .bind("by", dataset.createdBy())
        .execute();
  }

  static Optional<Dataset> find(Handle handle, DatasetName name) {
    return handle
        .createQuery("select * from dataset where dataset_id = :id and sha256 = :sha256")
        .bind("id", name.datasetId())
        .bind("sha256", name.sha256())
        .map((row, _) -> read(row))
        .findOne();
  }

  static Page<Dataset> page(Handle handle, PageRequest page) {
    var after = page.after(BEFORE_ALL, key -> new DatasetName(key.text(), key.text()));
    var rows =
        handle
            .createQuery(
                """
                select * from dataset where (dataset_id, sha256) > (:id, :sha256)
                order by dataset_id, sha256 limit :limit""")
            .bind("id", after.datasetId())
            .bind("sha256", after.sha256())
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, dataset -> List.of(dataset.name().datasetId(), dataset.name().sha256()));
  }

  private static Dataset read(ResultSet row) throws SQLException {
    return new Dataset(
        new DatasetName(row.getString("dataset_id"), row.getString("sha256")),
        row.getString("source"),
        row.getLong("rows"),
        new Profile(ByteString.copyFrom(row.getBytes("profile"))),
        row.getTimestamp("create_time").toInstant(),
        row.getString("created_by"));
  }
}
