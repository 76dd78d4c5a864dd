package io.penstock.governance.audit;

import io.penstock.governance.tree.Hash;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jdbi.v3.core.Jdbi;

/// The rows over the audit log: what makes it searchable, and what remembers which events it has.
@Singleton
final class AuditIndex {

  /// Where an entry is and since when.
  record Place(long index, Instant appendTime) {}

  private static final String ADD =
      """
      insert into audit_entries
        (leaf_index, event_id, leaf_hash, append_time, event_time,
         service, method, principal, trace_id, resource)
      select leaf_index, event_id, decode(leaf_hash, 'hex'), append_time, event_time,
         service, method, principal, trace_id, resource
      from unnest
        (:indexes, :ids, :hashes, :appended::timestamptz[], :times::timestamptz[],
         :services, :methods, :principals, :traces, :resources)
        as added (leaf_index, event_id, leaf_hash, append_time, event_time,
         service, method, principal, trace_id, resource)
      """;

  private final Jdbi jdbi;

  AuditIndex(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// How many entries are indexed; they are the first ones of the log.
  long size() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select coalesce(max(leaf_index) + 1, 0) from audit_entries")
                .mapTo(Long.class)
                .one());
  }

  /// Adds all of the rows or none. Does not wait for the disk: what is lost there is made again
  /// from the log.
  void add(List<AuditRow> rows) {
    jdbi.useTransaction(
        handle -> {
          handle.execute("set local synchronous_commit = off");
          handle
              .createUpdate(ADD)
              .bind("indexes", array(rows, AuditRow::index, Long[]::new))
              .bind("ids", array(rows, row -> row.change().eventId(), UUID[]::new))
              .bind("hashes", array(rows, row -> row.hash().toString(), String[]::new))
              .bind("appended", array(rows, row -> row.appendTime().toString(), String[]::new))
              .bind("times", array(rows, row -> row.change().time().toString(), String[]::new))
              .bind("services", texts(rows, AuditedChange::service))
              .bind("methods", texts(rows, AuditedChange::method))
              .bind("principals", texts(rows, AuditedChange::principal))
              .bind("traces", texts(rows, AuditedChange::traceId))
              .bind("resources", texts(rows, AuditedChange::resource))
              .execute();
        });
  }

  /// The leaf hashes of those of the events that are indexed.
  Map<UUID, Hash> known(Collection<UUID> ids) {
    return jdbi.withHandle(
        handle -> {
          var known = new HashMap<UUID, Hash>();
          handle
              .createQuery(
                  "select event_id, leaf_hash from audit_entries where event_id = any(:ids)")
              .bind("ids", ids.toArray(UUID[]::new))
              .map((row, _) -> known.put(row.getObject(1, UUID.class), Hash.at(row.getBytes(2), 0)))
              .list();
          return known;
        });
  }

  /// The newest entries that match, before the given index.
  List<Place> newest(AuditFilter filter, long before, int limit) {
    var condition = filter.condition();
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    select leaf_index, append_time from audit_entries
                    where leaf_index < :before and %s
                    order by leaf_index desc limit :limit
                    """
                        .formatted(condition.sql()))
                .bind("before", before)
                .bind("limit", limit)
                .bindMap(condition.bindings())
                .map((row, _) -> new Place(row.getLong(1), row.getTimestamp(2).toInstant()))
                .list());
  }

  Optional<Place> place(long index) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select leaf_index, append_time from audit_entries where leaf_index = :index")
                .bind("index", index)
                .map((row, _) -> new Place(row.getLong(1), row.getTimestamp(2).toInstant()))
                .findOne());
  }

  private static String[] texts(List<AuditRow> rows, Function<AuditedChange, String> text) {
    return array(rows, row -> text.apply(row.change()), String[]::new);
  }

  private static <T> T[] array(
      List<AuditRow> rows, Function<AuditRow, T> value, IntFunction<T[]> newArray) {
    return rows.stream().map(value).toArray(newArray);
  }
}
