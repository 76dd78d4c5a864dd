package io.penstock.kit.outbox;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHeaders;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;

/// The table of events that have happened and are not in the event log yet.
final class Outbox {

  /// An event in the outbox.
  record Row(long sequence, String topic, Event event) {}

  /// How many events wait and since when the oldest does, in seconds.
  record Backlog(long events, double oldestSeconds) {}

  private Outbox() {}

  static void write(Handle handle, List<Change.Outgoing> outgoing) {
    if (outgoing.isEmpty()) {
      return;
    }
    var events = outgoing.stream().map(Change.Outgoing::event).toList();
    handle
        .createUpdate(
            """
            insert into penstock_outbox (topic, id, type, source, key, time, headers, payload)
            select topic, id, type, source, key, cast(time as timestamptz),
              cast(headers as jsonb), payload
            from unnest(:topics, :ids, :types, :sources, :keys, :times, :headers, :payloads)
              with ordinality as e (topic, id, type, source, key, time, headers, payload, place)
            order by place""")
        .bind("topics", column(outgoing.stream().map(Change.Outgoing::topic)))
        .bind("ids", column(events.stream().map(Event::id)))
        .bind("types", column(events.stream().map(Event::type)))
        .bind("sources", column(events.stream().map(Event::source)))
        .bind("keys", column(events.stream().map(Event::key)))
        .bind("times", column(events.stream().map(event -> event.time().toString())))
        .bind("headers", column(events.stream().map(e -> EventHeaders.toJson(e.headers()))))
        .bind("payloads", column(events.stream().map(Event::payload).toArray(byte[][]::new)))
        .execute();
  }

  private static Argument column(Stream<String> texts) {
    return column(texts.toArray(String[]::new));
  }

  // The driver sends arrays of these types in binary, with nothing to quote.
  private static Argument column(Object[] values) {
    return (position, statement, _) -> statement.setObject(position, values);
  }

  /// True if no other relay of this database is at work; holds until the transaction ends. Its
  /// commit does not wait for the disk: should it be lost, the log is told again what it has.
  static boolean claim(Handle handle) {
    return handle
        .createQuery(
            """
            select pg_try_advisory_xact_lock(hashtextextended('penstock.outbox', 0))
              and set_config('synchronous_commit', 'off', true) = 'off'""")
        .mapTo(boolean.class)
        .one();
  }

  /// The oldest events, bounded by number and, beyond the first, by bytes of payload.
  static List<Row> oldest(Handle handle, int limit, long maxBytes) {
    return handle
        .createQuery(
            """
            select sequence, topic, id, type, source, key, time, headers, payload from (
              select *, sum(octet_length(payload)) over (order by sequence) - octet_length(payload) as before
              from (select * from penstock_outbox order by sequence limit :limit) page) bounded
            where before < :bytes order by sequence""")
        .bind("limit", limit)
        .bind("bytes", maxBytes)
        .map((row, _) -> row(row))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    var event =
        new Event(
            row.getString("id"),
            row.getString("type"),
            row.getString("source"),
            row.getString("key"),
            row.getObject("time", OffsetDateTime.class).toInstant(),
            row.getBytes("payload"),
            EventHeaders.fromJson(row.getString("headers")));
    return new Row(row.getLong("sequence"), row.getString("topic"), event);
  }

  static void delete(Handle handle, List<Row> delivered) {
    handle
        .createUpdate("delete from penstock_outbox where sequence = any(:sequences)")
        .bindArray("sequences", long.class, delivered.stream().map(Row::sequence).toArray())
        .execute();
  }

  static Backlog backlog(Handle handle) {
    return handle
        .createQuery(
            """
            select count(*), coalesce(extract(epoch from clock_timestamp() - min(time)), 0)
            from penstock_outbox""")
        .map((row, _) -> new Backlog(row.getLong(1), Math.max(0, row.getDouble(2))))
        .one();
  }
}
