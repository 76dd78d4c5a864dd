package io.penstock.registry.stage;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of moves between stages. Nothing in it changes but the end of a version's last row.
final class StageChangeRepository {

  private StageChangeRepository() {}

  /// Ends the version's stay and begins the next, in a transaction that has locked its row. Of two
  /// transactions the one that began first may come second: its move counts from the other's.
  static void append(
      Handle handle, VersionName version, Stage from, Stage to, Reason reason, Instant now) {
    handle
        .createUpdate(
            """
            with ended as (
              update stage_change set until = greatest(cast(:time as timestamptz), time)
              where model = :model and number = :number and until is null
              returning until)
            insert into stage_change (model, number, from_stage, to_stage, cause, promotion,
              gate_decision, comment, changed_by, time)
            values (:model, :number, :from, :to, :cause, :promotion, :decision, :comment, :by,
              coalesce((select until from ended), cast(:time as timestamptz)))""")
        .bind("model", version.model())
        .bind("number", version.number())
        .bind("from", from.name())
        .bind("to", to.name())
        .bind("cause", reason.cause().name())
        .bind("promotion", reason.promotion().orElse(null))
        .bind("decision", reason.gateDecision())
        .bind("comment", reason.comment())
        .bind("by", reason.by())
        .bind("time", now)
        .execute();
  }

  /// Moves all that is not there yet to the archive.
  static void endAll(Handle handle, String model, Reason reason, Instant now) {
    lockAll(handle, model);
    handle
        .createUpdate(
            """
            with moved as (
              select number, stage from model_version
              where model = :model and stage <> 'ARCHIVED'),
            ended as (
              update stage_change set until = greatest(cast(:time as timestamptz), time)
              where model = :model and until is null and number in (select number from moved)
              returning number, until),
            updated as (
              update model_version
              set stage = 'ARCHIVED', edition = edition + 1, update_time = :time
              where model = :model and number in (select number from moved))
            insert into stage_change (model, number, from_stage, to_stage, cause, gate_decision,
              comment, changed_by, time)
            select :model, moved.number, moved.stage, 'ARCHIVED', :cause, '', :comment, :by,
              coalesce(ended.until, cast(:time as timestamptz))
            from moved left join ended using (number)""")
        .bind("model", model)
        .bind("cause", reason.cause().name())
        .bind("comment", reason.comment())
        .bind("by", reason.by())
        .bind("time", now)
        .execute();
  }

  // In a statement of its own: one that waits for a row here would not see the move that it waited
  // for.
  private static void lockAll(Handle handle, String model) {
    handle
        .createQuery(
            """
            select number from model_version where model = :model
            order by number for no key update""")
        .bind("model", model)
        .mapTo(long.class)
        .list();
  }

  /// Newest first.
  static Page<StageChange> page(Handle handle, String model, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from stage_change where model = :model and id < :after
                order by id desc limit :limit""")
            .bind("model", model)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, change -> List.of(change.id()));
  }

  /// What stood in a stage at a moment, in the order of the moves, with the part that each version
  /// then played in its model's release. A move takes effect at its time and ends just before its
  /// end, so of two moves at one moment the later one counts.
  ///
  /// @param model empty for all
  static Page<StagedVersion> at(
      Handle handle, Optional<String> model, Stage stage, Instant time, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select change.*, target.revision, target.variant, target.percent
                from stage_change change
                left join lateral (
                  select revision from release_revision revision
                  where revision.model = change.model and revision.update_time <= :time
                  order by revision desc limit 1) release on true
                left join release_target target
                  on target.revision = release.revision and target.number = change.number
                where change.to_stage = :stage and change.time <= :time
                  and (change.until is null or change.until > :time)
                  and (cast(:model as text) is null or change.model = :model)
                  and change.id > :after
                order by change.id limit :limit""")
            .bind("stage", stage.name())
            .bind("time", time)
            .bind("model", model.orElse(null))
            .bind("after", page.after(0L, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> readStaged(row))
            .list();
    return page.page(rows, staged -> List.of(staged.change().id()));
  }

  private static StagedVersion readStaged(ResultSet row) throws SQLException {
    return new StagedVersion(
        read(row),
        Optional.ofNullable(row.getString("variant")).orElse(""),
        row.getInt("percent"),
        row.getLong("revision"));
  }

  private static StageChange read(ResultSet row) throws SQLException {
    return new StageChange(
        row.getLong("id"),
        new VersionName(row.getString("model"), row.getLong("number")),
        Stage.valueOf(row.getString("from_stage")),
        Stage.valueOf(row.getString("to_stage")),
        new Reason(
            Cause.valueOf(row.getString("cause")),
            Optional.ofNullable(row.getObject("promotion", Long.class)),
            row.getString("gate_decision"),
            row.getString("comment"),
            row.getString("changed_by")),
        row.getTimestamp("time").toInstant(),
        Optional.ofNullable(row.getTimestamp("until")).map(Timestamp::toInstant));
  }
}
