package io.penstock.registry.migration;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.migration.ImportJob.Count;
import io.penstock.registry.migration.ImportJob.State;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The tables of imports.
final class ImportRepository {

  /// A model of this registry.
  record LocalModel(String id, long latestVersion) {}

  private record Row(long number, ImportJob job) {}

  private static final Gson JSON = new Gson();
  private static final TypeToken<Map<Count, Long>> COUNTS = new TypeToken<>() {};

  private ImportRepository() {}

  /// False where one from that server is under way.
  static boolean insert(Handle handle, ImportJob job, byte @Nullable [] credentials) {
    return handle
            .createUpdate(
                """
                insert into mlflow_import (id, base_url, credentials, allow_private, skip_artifacts, state,
                  started_by, create_time, update_time, lease)
                values (:id, :source, :credentials, :private, :skip, 'RUNNING', :by, :time, :time, :time)
                on conflict (base_url) where state = 'RUNNING' do nothing""")
            .bind("id", job.id())
            .bind("source", job.source().toString())
            .bind("credentials", credentials)
            .bind("private", job.allowPrivate())
            .bind("skip", job.skipArtifacts())
            .bind("by", job.startedBy())
            .bind("time", job.createTime())
            .execute()
        == 1;
  }

  /// Takes one that nobody works on.
  ///
  /// @param until how long it is the caller's, and how it is known to be
  static Optional<ImportJob> claim(Handle handle, Instant now, Instant until) {
    return handle
        .createQuery(
            """
            update mlflow_import set lease = :until where id = (
              select id from mlflow_import where state = 'RUNNING' and lease <= :now
              order by number limit 1 for update skip locked)
            returning *""")
        .bind("now", now)
        .bind("until", until)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<byte[]> credentials(Handle handle, UUID id) {
    return handle
        .createQuery(
            "select credentials from mlflow_import where id = :id and credentials is not null")
        .bind("id", id)
        .mapTo(byte[].class)
        .findOne();
  }

  /// False where the import runs no more, or is somebody else's since the lease ran out.
  static boolean renew(
      Handle handle, UUID id, Instant held, Instant until, Progress progress, Instant now) {
    return handle
            .createUpdate(
                """
                update mlflow_import set counts = cast(:counts as jsonb), problems = :problems,
                  update_time = :now, lease = :until
                where id = :id and state = 'RUNNING' and lease = :held""")
            .bind("id", id)
            .bind("held", held)
            .bind("counts", JSON.toJson(progress.counts()))
            .bindArray("problems", String.class, progress.problems())
            .bind("now", now)
            .bind("until", until)
            .execute()
        == 1;
  }

  /// Credentials are forgotten with the end.
  static boolean end(Handle handle, UUID id, State state, String failure, Instant now) {
    return handle
            .createUpdate(
                """
                update mlflow_import set state = :state, failure = :failure, update_time = :now,
                  credentials = null
                where id = :id and state = 'RUNNING'""")
            .bind("id", id)
            .bind("state", state)
            .bind("failure", failure.replace('\0', '?'))
            .bind("now", now)
            .execute()
        == 1;
  }

  static Optional<ImportJob> find(Handle handle, UUID id) {
    return handle
        .createQuery("select * from mlflow_import where id = :id")
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Page<ImportJob> page(Handle handle, PageRequest page) {
    var rows =
        handle
            .createQuery(
                "select * from mlflow_import where number < :after order by number desc limit :limit")
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> new Row(row.getLong("number"), read(row)))
            .list();
    return page.page(rows, row -> List.of(row.number())).map(Row::job);
  }

  /// The id here of what was imported whole.
  static Optional<String> imported(Handle handle, URI source, String kind, String sourceId) {
    return handle
        .createQuery(
            """
            select local_id from mlflow_imported
            where source = :source and kind = :kind and source_id = :id""")
        .bind("source", source.toString())
        .bind("kind", kind)
        .bind("id", sourceId)
        .mapTo(String.class)
        .findOne();
  }

  static void markImported(
      Handle handle, URI source, String kind, String sourceId, String localId) {
    handle
        .createUpdate(
            """
            insert into mlflow_imported (source, kind, source_id, local_id)
            values (:source, :kind, :id, :local) on conflict do nothing""")
        .bind("source", source.toString())
        .bind("kind", kind)
        .bind("id", sourceId)
        .bind("local", localId)
        .execute();
  }

  /// The run that bears the tag of an import.
  static Optional<String> runTagged(Handle handle, String key, String value) {
    return handle
        .createQuery(
            """
            select run.run_id from run_tag join run on run.id = run_tag.run
            where run_tag.key = :key and run_tag.value = :value limit 1""")
        .bind("key", key)
        .bind("value", value)
        .mapTo(String.class)
        .findOne();
  }

  static Optional<LocalModel> model(Handle handle, String name) {
    return handle
        .createQuery(
            "select id, latest_version from model where name = :name and delete_time is null")
        .bind("name", name)
        .map((row, _) -> new LocalModel(row.getString(1), row.getLong(2)))
        .findOne();
  }

  private static ImportJob read(ResultSet row) throws SQLException {
    return new ImportJob(
        row.getObject("id", UUID.class),
        URI.create(row.getString("base_url")),
        row.getBoolean("allow_private"),
        row.getBoolean("skip_artifacts"),
        State.valueOf(row.getString("state")),
        JSON.fromJson(row.getString("counts"), COUNTS),
        Arrays.asList((String[]) row.getArray("problems").getArray()),
        row.getString("failure"),
        row.getString("started_by"),
        row.getTimestamp("create_time").toInstant(),
        row.getTimestamp("update_time").toInstant());
  }
}
