package io.penstock.kit.events.postgres;

import io.penstock.kit.events.EventsConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;

/// Opens the one connection on which a consumer holds its group, reads and commits. Whoever holds
/// the advisory lock of topic and group is the active consumer; PostgreSQL gives the lock up when
/// the connection dies.
final class ConsumerSessions {

  private final EventsConfig config;
  private final String client;
  private final String topic;
  private final String group;
  private final EventStore store;

  ConsumerSessions(
      EventsConfig config, String client, String topic, String group, EventStore store) {
    this.config = config;
    this.client = client;
    this.topic = topic;
    this.group = group;
    this.store = store;
  }

  /// A session that holds the group, or nothing while another consumer does.
  Optional<ConsumerSession> open() throws SQLException {
    store.requireMigrated();
    Connection connection = connect();
    try {
      Optional<ConsumerSession> session = hold(connection);
      if (session.isEmpty()) {
        connection.close();
      }
      return session;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password());
    properties.setProperty(
        "ApplicationName", "penstock-events-" + client + ":" + topic + "/" + group);
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "30");
    properties.setProperty("tcpKeepAlive", "true");
    // The server notices a consumer whose machine is gone within half a minute and frees the group.
    // An offset need not wait for the disk: should it be lost, events are delivered again.
    properties.setProperty(
        "options",
        "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
            + " -c synchronous_commit=off");
    return DriverManager.getConnection(config.requiredUrl(), properties);
  }

  private Optional<ConsumerSession> hold(Connection connection) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("select pg_try_advisory_lock(hashtextextended(?, 0))")) {
      lock.setString(1, "penstock.events/" + topic + "/" + group);
      try (ResultSet row = lock.executeQuery()) {
        row.next();
        return row.getBoolean(1) ? Optional.of(begin(connection)) : Optional.empty();
      }
    }
  }

  private ConsumerSession begin(Connection connection) throws SQLException {
    try (Statement listen = connection.createStatement()) {
      listen.execute("listen " + EventStore.CHANNEL);
    }
    int number = topicNumber(connection);
    return new ConsumerSession(connection, topic, number, group, committed(connection, number));
  }

  private int topicNumber(Connection connection) throws SQLException {
    try (PreparedStatement create =
            connection.prepareStatement(
                "insert into event_log.topic (name) values (?) on conflict (name) do nothing");
        PreparedStatement find =
            connection.prepareStatement("select number from event_log.topic where name = ?")) {
      create.setString(1, topic);
      create.executeUpdate();
      find.setString(1, topic);
      try (ResultSet row = find.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  // Also makes the group known to retention before it has finished anything.
  private long committed(Connection connection, int number) throws SQLException {
    try (PreparedStatement join =
        connection.prepareStatement(
            """
            insert into event_log.consumer_group (topic, name) values (?, ?)
            on conflict (topic, name) do update set updated_at = clock_timestamp()
            returning next_offset""")) {
      join.setInt(1, number);
      join.setString(2, group);
      try (ResultSet row = join.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
