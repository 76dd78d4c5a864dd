package io.penstock.registry.benchmark;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.artifact.ArtifactDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The table of suites.
final class SuiteRepository {

  private SuiteRepository() {}

  /// Keeps the data for good; false where the registry does not have it.
  static boolean keep(Handle handle, ArtifactDigest data) {
    return handle.execute("update artifact set permanent = true where sha256 = ?", data.hex()) == 1;
  }

  static boolean hasModel(Handle handle, String model) {
    return handle
        .createQuery("select 1 from model where id = :id and delete_time is null")
        .bind("id", model)
        .mapTo(int.class)
        .findOne()
        .isPresent();
  }

  /// False where the name is, or was, taken.
  static boolean insert(Handle handle, Suite suite, @Nullable Instant next) {
    return handle
            .createUpdate(
                """
                insert into benchmark_suite (model, id, revision, content, data, next_time)
                values (:model, :id, :revision, :content, :data, :next) on conflict do nothing""")
            .bind("model", suite.name().model())
            .bind("id", suite.name().id())
            .bind("revision", suite.revision())
            .bind("content", SuiteProtos.encode(suite))
            .bind("data", suite.data().hex())
            .bind("next", next)
            .execute()
        == 1;
  }

  static void update(Handle handle, Suite suite, @Nullable Instant next) {
    handle
        .createUpdate(
            """
            update benchmark_suite
            set revision = :revision, content = :content, data = :data, next_time = :next
            where model = :model and id = :id""")
        .bind("model", suite.name().model())
        .bind("id", suite.name().id())
        .bind("revision", suite.revision())
        .bind("content", SuiteProtos.encode(suite))
        .bind("data", suite.data().hex())
        .bind("next", next)
        .execute();
  }

  static void delete(Handle handle, SuiteName name) {
    handle.execute(
        "update benchmark_suite set deleted = true where model = ? and id = ?",
        name.model(),
        name.id());
  }

  static Optional<Suite> find(Handle handle, SuiteName name) {
    return find(handle, name, "");
  }

  /// The suite, for this transaction alone to change or to number runs of.
  static Optional<Suite> findAndLock(Handle handle, SuiteName name) {
    return find(handle, name, " for no key update");
  }

  private static Optional<Suite> find(Handle handle, SuiteName name, String lock) {
    return handle
        .createQuery(
            "select * from benchmark_suite where model = :model and id = :id and not deleted"
                + lock)
        .bind("model", name.model())
        .bind("id", name.id())
        .map((row, _) -> read(row))
        .findOne();
  }

  static Page<Suite> page(Handle handle, String model, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from benchmark_suite
                where model = :model and id > :after and not deleted order by id limit :limit""")
            .bind("model", model)
            .bind("after", page.after("", PageKey::text))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, suite -> List.of(suite.name().id()));
  }

  /// Suites whose schedule is due, locked; other replicas pass them over.
  static List<Suite> lockDue(Handle handle, Instant now, int most) {
    return handle
        .createQuery(
            """
            select * from benchmark_suite where next_time <= :now and not deleted
            order by next_time limit :most for no key update skip locked""")
        .bind("now", now)
        .bind("most", most)
        .map((row, _) -> read(row))
        .list();
  }

  static void setNext(Handle handle, SuiteName name, Instant next) {
    handle.execute(
        "update benchmark_suite set next_time = ? where model = ? and id = ?",
        next,
        name.model(),
        name.id());
  }

  /// The number of the next run of a locked suite.
  static long takeNumber(Handle handle, SuiteName name) {
    return handle
        .createQuery(
            """
            update benchmark_suite set last_run = last_run + 1
            where model = :model and id = :id returning last_run""")
        .bind("model", name.model())
        .bind("id", name.id())
        .mapTo(long.class)
        .one();
  }

  private static Suite read(ResultSet row) throws SQLException {
    return SuiteProtos.decode(row.getBytes("content"));
  }
}
