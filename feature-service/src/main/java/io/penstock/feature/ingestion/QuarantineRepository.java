package io.penstock.feature.ingestion;

import io.penstock.feature.validation.RowProblem;
import io.penstock.feature.validation.Verdict.Rejected;
import io.penstock.kit.failure.InvalidArguments;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The table of quarantined rows.
@Singleton
final class QuarantineRepository {

  /// More is not worth keeping, and would make a page of them too large.
  private static final int LARGEST_ROW = 64 * 1024;

  /// A quarantined row and what is wrong with it now.
  record Rechecked(long id, RowProblem problem) {}

  private record Entry(String digest, byte[] wire, RowProblem problem) {}

  private final Jdbi jdbi;

  QuarantineRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Adds rows; one that is there already keeps its id and takes the newest problem. Returns them
  /// as they are kept.
  List<QuarantinedRow> add(Handle handle, String viewId, List<Rejected> rejected, Instant now) {
    SequencedMap<String, Entry> entries = byDigest(rejected);
    Map<String, QuarantinedRow> kept = upsert(handle, viewId, entries.values(), now);
    return entries.keySet().stream().map(kept::get).toList();
  }

  // Sorted, so that two senders of the same bad rows wait for each other rather than lock each
  // other out.
  private static SequencedMap<String, Entry> byDigest(List<Rejected> rejected) {
    SequencedMap<String, Entry> entries = new TreeMap<>();
    for (Rejected one : rejected) {
      byte[] wire = wire(one);
      String digest = digest(wire);
      entries.put(digest, new Entry(digest, wire, one.problem()));
    }
    return entries;
  }

  private static byte[] wire(Rejected rejected) {
    byte[] wire = rejected.row().wire().get();
    if (wire.length > LARGEST_ROW) {
      throw InvalidArguments.of(
          "rows",
          "hold a bad row of %d bytes, expected at most %d: %s"
              .formatted(wire.length, LARGEST_ROW, rejected.problem().detail()));
    }
    return wire;
  }

  private static String digest(byte[] wire) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wire));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Map<String, QuarantinedRow> upsert(
      Handle handle, String viewId, Collection<Entry> entries, Instant now) {
    return handle
        .createQuery(
            """
            insert into quarantined_row
              (view_id, digest, wire, reason, detail, time, check_time)
            select :view, digest, wire, reason, detail, :now, :now
            from unnest(:digests, :wires, :reasons, :details) as r (digest, wire, reason, detail)
            on conflict (view_id, digest) do update
            set reason = excluded.reason, detail = excluded.detail, check_time = excluded.check_time
            returning *""")
        .bind("view", viewId)
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .bindArray("digests", String.class, entries.stream().map(Entry::digest).toList())
        .bindArray("wires", byte[].class, entries.stream().map(Entry::wire).toList())
        .bindArray(
            "reasons",
            String.class,
            entries.stream().map(e -> e.problem().reason().name()).toList())
        .bindArray(
            "details", String.class, entries.stream().map(e -> e.problem().detail()).toList())
        .map((row, _) -> Map.entry(row.getString("digest"), quarantinedRow(row)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// Drops the oldest rows beyond the limit and says how many. Those that a replay holds are left
  /// to it.
  int trim(Handle handle, String viewId, int limit) {
    return handle
        .createUpdate(
            """
            delete from quarantined_row where id in (
              select id from quarantined_row
              where view_id = :view and id <= (
                select id from quarantined_row where view_id = :view
                order by id desc offset :limit limit 1)
              for update skip locked)""")
        .bind("view", viewId)
        .bind("limit", limit)
        .execute();
  }

  List<QuarantinedRow> list(String viewId, long afterId, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    select * from quarantined_row where view_id = :view and id > :after
                    order by id limit :limit""")
                .bind("view", viewId)
                .bind("after", afterId)
                .bind("limit", limit)
                .map((row, _) -> quarantinedRow(row))
                .list());
  }

  /// Locks the rows that have waited longest since they were last looked at; those that another
  /// replay holds are left to it.
  List<QuarantinedRow> claim(Handle handle, String viewId, int limit) {
    return handle
        .createQuery(
            """
            select * from quarantined_row where view_id = :view
            order by check_time, id limit :limit for update skip locked""")
        .bind("view", viewId)
        .bind("limit", limit)
        .map((row, _) -> quarantinedRow(row))
        .list();
  }

  void delete(Handle handle, List<Long> ids) {
    handle
        .createUpdate("delete from quarantined_row where id = any(:ids)")
        .bindArray("ids", Long.class, ids)
        .execute();
  }

  /// Notes what is wrong with rows now, and that they were looked at.
  void update(Handle handle, List<Rechecked> rows, Instant now) {
    handle
        .createUpdate(
            """
            update quarantined_row q
            set reason = r.reason, detail = r.detail, check_time = :now
            from unnest(:ids, :reasons, :details) as r (id, reason, detail) where q.id = r.id""")
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .bindArray("ids", Long.class, rows.stream().map(Rechecked::id).toList())
        .bindArray(
            "reasons", String.class, rows.stream().map(r -> r.problem().reason().name()).toList())
        .bindArray("details", String.class, rows.stream().map(r -> r.problem().detail()).toList())
        .execute();
  }

  private static QuarantinedRow quarantinedRow(ResultSet row) throws SQLException {
    return new QuarantinedRow(
        row.getLong("id"),
        row.getString("view_id"),
        row.getBytes("wire"),
        row.getString("reason"),
        row.getString("detail"),
        row.getObject("time", OffsetDateTime.class).toInstant());
  }
}
