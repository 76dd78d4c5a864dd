package io.penstock.kit.events.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHeaders;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
            connection.prepareStatement(
                "select event_log.append_events(?, ?, ?, ?, ?, cast(? as timestamptz[]), ?, ?)")) {
      append.setString(1, topic);
      append.setObject(2, texts(events, Event::id));
      append.setObject(3, texts(events, Event::type));
      append.setObject(4, texts(events, Event::source));
      append.setObject(5, texts(events, Event::key));
      append.setObject(6, texts(events, event -> event.time().toString()));
      append.setObject(7, texts(events, event -> EventHeaders.toJson(event.headers())));
      append.setObject(8, events.stream().map(Event::payload).toArray(byte[][]::new));
      append.execute();
    }
  }

  // The driver sends arrays of texts and of bytes in binary, with nothing to quote. Text in UTC
  // keeps the microseconds and is no business of the JVM's time zone.
  private static String[] texts(List<Event> events, Function<Event, String> attribute) {
    return events.stream().map(attribute).toArray(String[]::new);
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
