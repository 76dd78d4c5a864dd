package io.penstock.monitoring.canary;

import io.penstock.monitoring.version.VersionName;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The table of canaries that run.
@Singleton
final class CanaryRepository {

  private final Jdbi jdbi;

  CanaryRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Canaries on whose current revision there is no verdict yet.
  List<RunningCanary> undecided() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    select * from canary where not exists (
                      select 1 from canary_verdict verdict
                      where verdict.model = canary.model and verdict.release_revision = canary.revision)
                    order by model""")
                .map((row, _) -> canary(row))
                .list());
  }

  /// All canaries that run.
  List<RunningCanary> all() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from canary order by model")
                .map((row, _) -> canary(row))
                .list());
  }

  /// Takes over how a canary runs now. An older revision than the one known changes nothing.
  void follow(RunningCanary canary) {
    jdbi.useTransaction(
        handle -> {
          var before =
              handle
                  .createQuery("select * from canary where model = :model for update")
                  .bind("model", canary.model())
                  .map((row, _) -> canary(row))
                  .findOne();
          if (before.filter(known -> known.revision() > canary.revision()).isEmpty()) {
            save(handle, before.map(canary::continuing).orElse(canary));
          }
        });
  }

  private static void save(Handle handle, RunningCanary canary) {
    handle
        .createUpdate(
            """
            insert into canary values (:model, :canary, :primary, :start, :revision, :startedAt, :criteria,
              :percent, :bandit)
            on conflict (model) do update set
              canary_version = excluded.canary_version, primary_version = excluded.primary_version,
              start_revision = excluded.start_revision, revision = excluded.revision,
              started_at = excluded.started_at, criteria = excluded.criteria,
              percent = excluded.percent, bandit = excluded.bandit""")
        .bind("model", canary.model())
        .bind("canary", canary.canary().version())
        .bind("primary", canary.primary().version())
        .bind("start", canary.startRevision())
        .bind("revision", canary.revision())
        .bind("startedAt", canary.startedAt().atOffset(ZoneOffset.UTC))
        .bind("criteria", CanaryProtos.toBytes(canary.criteria()))
        .bind("percent", canary.percent())
        .bind("bandit", canary.bandit().map(BanditProtos::toBytes).orElse(null))
        .execute();
  }

  /// Forgets the canary of a model that has none any more as of this revision.
  void end(String model, long revision) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate("delete from canary where model = :model and revision <= :revision")
                .bind("model", model)
                .bind("revision", revision)
                .execute());
  }

  private static RunningCanary canary(ResultSet row) throws SQLException {
    var model = row.getString("model");
    return new RunningCanary(
        new VersionName(model, row.getString("canary_version")),
        new VersionName(model, row.getString("primary_version")),
        row.getLong("start_revision"),
        row.getLong("revision"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        CanaryProtos.criteria(row.getBytes("criteria")),
        row.getInt("percent"),
        Optional.ofNullable(row.getBytes("bandit")).map(BanditProtos::fromBytes));
  }
}
