package io.penstock.kit.events.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHeaders;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.flywaydb.core.Flyway;

/// The tables of the event log, reached through a small pool. Its schema is migrated before the
/// first use that finds the database there.
final class EventStore implements AutoCloseable {

  static final String SCHEMA = "event_log";
  static final String CHANNEL = "penstock_event_log";

  private final HikariDataSource pool;
  private volatile boolean migrated;

  EventStore(HikariDataSource pool) {
    this.pool = pool;
  }

  void append(String topic, List<Event> events) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement append =
            connection.prepareStatement("select event_log.append_events(?, ?, ?, ?, ?, ?, ?, ?)")) {
      append.setString(1, topic);
      append.setArray(2, texts(connection, events, Event::id));
      append.setArray(3, texts(connection, events, Event::type));
      append.setArray(4, texts(connection, events, Event::source));
      append.setArray(5, texts(connection, events, Event::key));
      append.setArray(6, array(connection, "timestamptz", events, e -> timestamp(e.time())));
      append.setArray(7, texts(connection, events, e -> EventHeaders.toJson(e.headers())));
      append.setArray(8, connection.createArrayOf("bytea", payloads(events)));
      append.execute();
    }
  }

  private static Array texts(
      Connection connection, List<Event> events, Function<Event, Object> attribute)
      throws SQLException {
    return array(connection, "text", events, attribute);
  }

  private static Array array(
      Connection connection, String type, List<Event> events, Function<Event, Object> attribute)
      throws SQLException {
    return connection.createArrayOf(type, events.stream().map(attribute).toArray());
  }

  private static byte[][] payloads(List<Event> events) {
    return events.stream().map(Event::payload).toArray(byte[][]::new);
  }

  // Text in UTC keeps the microseconds and is no business of the JVM's time zone.
  private static String timestamp(Instant time) {
    return time.toString();
  }

  /// Wakes the consumers of topics that have grown.
  void announce(Collection<String> topics) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement notify =
            connection.prepareStatement("select pg_notify(?, name) from unnest(?) name")) {
      notify.setString(1, CHANNEL);
      notify.setArray(2, connection.createArrayOf("text", topics.toArray()));
      notify.execute();
    }
  }

  /// Events of the topic that the group has not finished.
  long lag(String topic, String group) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement query =
            connection.prepareStatement(
                """
                select t.next_offset - coalesce(g.next_offset, 0) from event_log.topic t
                left join event_log.consumer_group g on g.topic = t.number and g.name = ?
                where t.name = ?""")) {
      query.setString(1, group);
      query.setString(2, topic);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /// A connection to a database that has the log's tables.
  Connection connection() throws SQLException {
    requireMigrated();
    return pool.getConnection();
  }

  void requireMigrated() throws SQLException {
    if (!migrated) {
      migrate();
    }
  }

  // Connects first, so that a database that is away costs one connect timeout and says so plainly.
  private synchronized void migrate() throws SQLException {
    if (migrated) {
      return;
    }
    pool.getConnection().close();
    Flyway.configure()
        .dataSource(pool)
        .locations("classpath:db/event-log")
        .schemas(SCHEMA)
        .defaultSchema(SCHEMA)
        .table("schema_history")
        .loggers("slf4j")
        .load()
        .migrate();
    migrated = true;
  }

  @Override
  public void close() {
    pool.close();
  }
}
