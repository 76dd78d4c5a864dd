package io.penstock.registry.release;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// The tables of releases: every revision is kept, `release` says which one of a model is current.
final class ReleaseRepository {

  private record Target(long revision, VersionName version, Variant variant, int percent) {}

  private ReleaseRepository() {}

  /// Keeps every other change of any release waiting until this transaction ends; gives the last
  /// revision.
  static long lock(Handle handle) {
    return handle
        .createQuery("select revision from release_clock for update")
        .mapTo(long.class)
        .one();
  }

  /// The newest revision that is committed.
  static long lastRevision(Handle handle) {
    return handle.createQuery("select revision from release_clock").mapTo(long.class).one();
  }

  /// Makes a release current. Its revision is the one after that which [#lock] gave.
  static void insert(Handle handle, Release release) {
    insertRevision(handle, release);
    insertTargets(handle, release);
    handle
        .createUpdate(
            """
            insert into release (model, revision) values (:model, :revision)
            on conflict (model) do update set revision = excluded.revision""")
        .bind("model", release.model())
        .bind("revision", release.revision())
        .execute();
    handle.execute("update release_clock set revision = ?", release.revision());
  }

  private static void insertRevision(Handle handle, Release release) {
    handle
        .createUpdate(
            """
            insert into release_revision (revision, model, canary_criteria, canary_since,
              canary_deadline, bandit, stopped, update_time, updated_by, reason)
            values (:revision, :model, :criteria, :since, :deadline, :bandit, :stopped, :time, :by,
              :reason)""")
        .bind("revision", release.revision())
        .bind("model", release.model())
        .bind("criteria", release.canary().map(ReleaseProtos::criteriaBytes).orElse(null))
        .bind("since", release.canary().map(Canary::since).orElse(null))
        .bind("deadline", release.canary().flatMap(Canary::deadline).orElse(null))
        .bind("bandit", release.bandit().map(BanditProtos::bytes).orElse(null))
        .bind("stopped", release.stopped())
        .bind("time", release.updateTime())
        .bind("by", release.updatedBy())
        .bind("reason", release.reason())
        .execute();
  }

  private static void insertTargets(Handle handle, Release release) {
    handle
        .createUpdate(
            """
            insert into release_target (revision, position, model, number, variant, percent)
            select :revision, ordinal, :model, number, variant, percent
            from unnest(:numbers, :variants, :percents) with ordinality
              as target (number, variant, percent, ordinal)""")
        .bind("revision", release.revision())
        .bind("model", release.model())
        .bindArray("numbers", Long.class, each(release, target -> target.version().name().number()))
        .bindArray("variants", String.class, each(release, target -> target.variant().name()))
        .bindArray("percents", Integer.class, each(release, TrafficTarget::percent))
        .execute();
  }

  private static <T> List<T> each(Release release, Function<TrafficTarget, T> part) {
    return release.targets().stream().map(part).toList();
  }

  static Optional<Release> find(Handle handle, String model) {
    var current =
        handle.createQuery(
            """
            select * from release join release_revision using (model, revision)
            where model = :model""");
    return whole(handle, current.bind("model", model)).stream().findFirst();
  }

  /// The parts that the current release of the version's model gives it.
  static List<Variant> partsOf(Handle handle, VersionName version) {
    return handle
        .createQuery(
            """
            select target.variant from release join release_target target using (revision)
            where release.model = :model and target.number = :number order by position""")
        .bind("model", version.model())
        .bind("number", version.number())
        .map((row, _) -> Variant.valueOf(row.getString("variant")))
        .list();
  }

  static Page<Release> page(Handle handle, PageRequest page) {
    var query =
        handle
            .createQuery(
                """
                select * from release join release_revision using (model, revision)
                where model > :after order by model limit :limit""")
            .bind("after", page.after("", PageKey::text))
            .bind("limit", page.fetchSize());
    return page.page(whole(handle, query), release -> List.of(release.model()));
  }

  /// Newest first.
  static Page<Release> revisions(Handle handle, String model, PageRequest page) {
    var query =
        handle
            .createQuery(
                """
                select * from release_revision where model = :model and revision < :after
                order by revision desc limit :limit""")
            .bind("model", model)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize());
    return page.page(whole(handle, query), release -> List.of(release.revision()));
  }

  /// The current state of every release that changed after a revision, in the order of their
  /// revisions.
  static List<Release> changedAfter(Handle handle, long revision) {
    var query =
        handle.createQuery(
            """
            select * from release join release_revision using (model, revision)
            where revision > :after order by revision""");
    return whole(handle, query.bind("after", revision));
  }

  /// Every revision after one, in order.
  static List<Release> revisionsAfter(Handle handle, long revision, int limit) {
    var query =
        handle.createQuery(
            """
            select * from release_revision where revision > :after
            order by revision limit :limit""");
    return whole(handle, query.bind("after", revision).bind("limit", limit));
  }

  /// The releases whose canary has had its time.
  static List<Release> overdue(Handle handle, Instant now) {
    var query =
        handle.createQuery(
            """
            select * from release join release_revision using (model, revision)
            where canary_deadline <= :now order by revision""");
    return whole(handle, query.bind("now", now));
  }

  // Two more queries complete any number of revisions.
  private static List<Release> whole(Handle handle, Query query) {
    var releases = query.map((row, _) -> read(row)).list();
    var targets = targets(handle, releases.stream().map(Release::revision).toList());
    var names =
        targets.values().stream().flatMap(List::stream).map(Target::version).collect(toSet());
    var versions = VersionRepository.findAll(handle, names);
    return releases.stream()
        .map(
            release -> with(release, targets.getOrDefault(release.revision(), List.of()), versions))
        .toList();
  }

  private static Map<Long, List<Target>> targets(Handle handle, List<Long> revisions) {
    return handle
        .createQuery(
            """
            select revision, model, number, variant, percent from release_target
            where revision = any(:revisions) order by revision, position""")
        .bindArray("revisions", Long.class, revisions)
        .map(
            (row, _) ->
                new Target(
                    row.getLong("revision"),
                    new VersionName(row.getString("model"), row.getLong("number")),
                    Variant.valueOf(row.getString("variant")),
                    row.getInt("percent")))
        .collect(groupingBy(Target::revision, mapping(Function.identity(), toList())));
  }

  private static Release with(
      Release release, List<Target> targets, Map<VersionName, ModelVersion> versions) {
    return new Release(
        release.model(),
        release.revision(),
        targets.stream().map(target -> with(target, versions)).toList(),
        release.canary(),
        release.bandit(),
        release.stopped(),
        release.updateTime(),
        release.updatedBy(),
        release.reason());
  }

  private static TrafficTarget with(Target target, Map<VersionName, ModelVersion> versions) {
    // A foreign key holds them together.
    var version = Objects.requireNonNull(versions.get(target.version()));
    return new TrafficTarget(version, target.variant(), target.percent());
  }

  private static Release read(ResultSet row) throws SQLException {
    return new Release(
        row.getString("model"),
        row.getLong("revision"),
        List.of(),
        canary(row.getBytes("canary_criteria"), row.getTimestamp("canary_since")),
        Optional.ofNullable(row.getBytes("bandit")).map(BanditProtos::fromBytes),
        row.getBoolean("stopped"),
        row.getTimestamp("update_time").toInstant(),
        row.getString("updated_by"),
        row.getString("reason"));
  }

  private static Optional<Canary> canary(byte[] criteria, Timestamp since) {
    return criteria == null
        ? Optional.empty()
        : Optional.of(new Canary(ReleaseProtos.criteria(criteria), since.toInstant()));
  }
}
