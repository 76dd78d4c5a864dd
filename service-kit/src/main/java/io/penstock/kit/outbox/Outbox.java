package io.penstock.kit.outbox;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHeaders;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

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
    PreparedBatch batch =
        handle.prepareBatch(
            """
            insert into penstock_outbox (topic, id, type, source, key, time, headers, payload)
            values (:topic, :id, :type, :source, :key, :time, cast(:headers as jsonb), :payload)""");
    outgoing.forEach(one -> bind(batch, one.topic(), one.event()));
    batch.execute();
  }

  private static void bind(PreparedBatch batch, String topic, Event event) {
    batch
        .bind("topic", topic)
        .bind("id", event.id())
        .bind("type", event.type())
        .bind("source", event.source())
        .bind("key", event.key())
        .bind("time", event.time().atOffset(ZoneOffset.UTC))
        .bind("headers", EventHeaders.toJson(event.headers()))
        .bind("payload", event.payload())
        .add();
  }

  /// True if no other relay of this database is at work; holds until the transaction ends.
  static boolean claim(Handle handle) {
    return handle
        .createQuery("select pg_try_advisory_xact_lock(hashtextextended('penstock.outbox', 0))")
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
