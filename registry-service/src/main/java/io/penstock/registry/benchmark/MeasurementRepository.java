package io.penstock.registry.benchmark;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.benchmark.Measurement.State;
import io.penstock.registry.version.VersionName;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of runs of suites. A row changes once, when its run ends.
final class MeasurementRepository {

  private record Waiting(Instant since, String model, String suite, long number) {}

  private static final Waiting BEFORE_ALL = new Waiting(Instant.EPOCH, "", "", 0);

  private MeasurementRepository() {}

  static void insert(Handle handle, Measurement run) {
    handle
        .createUpdate(
            """
            insert into benchmark_run
              (model, suite, number, revision, version, state, content, create_time)
            values (:model, :suite, :number, :revision, :version, :state, :content, :time)""")
        .bind("model", run.name().suite().model())
        .bind("suite", run.name().suite().id())
        .bind("number", run.name().number())
        .bind("revision", run.suite().revision())
        .bind("version", run.version().number())
        .bind("state", run.state().name())
        .bind("content", MeasurementProtos.encode(run))
        .bind("time", run.createTime())
        .execute();
  }

  /// False where the run has ended before, or somebody else has it.
  ///
  /// @param token of the claim on it; [Claim#NONE] ends what nobody has now
  static boolean end(
      Handle handle, Measurement run, long token, Instant now, double[] predictions) {
    return handle
            .createUpdate(
                """
                update benchmark_run
                set state = :state, content = :content, predictions = :predictions
                where model = :model and suite = :suite and number = :number
                  and state = 'PENDING'
                  and (claim_token = :token
                    or :token = 0 and (claim_until is null or claim_until <= :now))""")
            .bind("token", token)
            .bind("now", now)
            .bind("state", run.state().name())
            .bind("content", MeasurementProtos.encode(run))
            .bind("predictions", run.state() == State.SUCCEEDED ? bytes(predictions) : null)
            .bind("model", run.name().suite().model())
            .bind("suite", run.name().suite().id())
            .bind("number", run.name().number())
            .execute()
        == 1;
  }

  static byte[] bytes(double[] values) {
    var bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    return bytes.array();
  }

  private static double[] doubles(byte[] bytes) {
    var values = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return values;
  }

  static Optional<Measurement> find(Handle handle, MeasurementName name) {
    return handle
        .createQuery(
            """
            select content from benchmark_run
            where model = :model and suite = :suite and number = :number""")
        .bind("model", name.suite().model())
        .bind("suite", name.suite().id())
        .bind("number", name.number())
        .map((row, _) -> read(row))
        .findOne();
  }

  /// The run of this revision of the suite that the version waits for.
  static Optional<Measurement> findPending(Handle handle, Suite suite, VersionName version) {
    return handle
        .createQuery(
            """
            select content from benchmark_run
            where model = :model and suite = :suite and revision = :revision
              and version = :version and state = 'PENDING'""")
        .bind("model", suite.name().model())
        .bind("suite", suite.name().id())
        .bind("revision", suite.revision())
        .bind("version", version.number())
        .map((row, _) -> read(row))
        .findOne();
  }

  /// What a version was last predicted to give by this revision of the suite.
  static Optional<double[]> predictions(Handle handle, Suite suite, VersionName version) {
    return handle
        .createQuery(
            """
            select predictions from benchmark_run
            where model = :model and suite = :suite and revision = :revision
              and version = :version and state = 'SUCCEEDED' order by number desc limit 1""")
        .bind("model", suite.name().model())
        .bind("suite", suite.name().id())
        .bind("revision", suite.revision())
        .bind("version", version.number())
        .map((row, _) -> doubles(row.getBytes("predictions")))
        .findOne();
  }

  /// The newest result of a version by each suite, as far as the suite is still the same.
  static List<Measurement> newest(Handle handle, VersionName version) {
    return handle
        .createQuery(
            """
            select distinct on (run.suite) run.content
            from benchmark_run run
              join benchmark_suite suite on suite.model = run.model and suite.id = run.suite
                and suite.revision = run.revision and not suite.deleted
            where run.model = :model and run.version = :version and run.state = 'SUCCEEDED'
            order by run.suite, run.number desc""")
        .bind("model", version.model())
        .bind("version", version.number())
        .map((row, _) -> read(row))
        .list();
  }

  /// Newest first.
  static Page<Measurement> page(Handle handle, SuiteName suite, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select content from benchmark_run
                where model = :model and suite = :suite and number < :after
                order by number desc limit :limit""")
            .bind("model", suite.model())
            .bind("suite", suite.id())
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, run -> List.of(run.name().number()));
  }

  /// Oldest first.
  static Page<Measurement> pending(Handle handle, PageRequest page) {
    var after =
        page.after(
            BEFORE_ALL, key -> new Waiting(key.time(), key.text(), key.text(), key.number()));
    var rows =
        handle
            .createQuery(
                """
                select content from benchmark_run
                where state = 'PENDING'
                  and (create_time, model, suite, number) > (:since, :model, :suite, :number)
                order by create_time, model, suite, number limit :limit""")
            .bind("since", after.since())
            .bind("model", after.model())
            .bind("suite", after.suite())
            .bind("number", after.number())
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(
        rows,
        run -> {
          var name = run.name();
          return List.of(run.createTime(), name.suite().model(), name.suite().id(), name.number());
        });
  }

  private static Measurement read(ResultSet row) throws SQLException {
    return MeasurementProtos.decode(row.getBytes("content"));
  }
}
