package io.penstock.kit.events.postgres;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventBatches;
import io.penstock.kit.events.EventHeaders;
import io.penstock.kit.events.StoredEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// A connection that holds a consumer group: what it reads and commits is fenced by the group's
/// lock, because both end with it.
final class ConsumerSession implements AutoCloseable {

  private static final String READ =
      """
      select log_offset, id, type, source, key, time, headers, payload from (
        select *, sum(octet_length(payload)) over (order by log_offset) - octet_length(payload) as before
        from (select * from event_log.event where topic = ? and log_offset >= ?
              order by log_offset limit ?) page) bounded
      where before < ? order by log_offset""";

  private final Connection connection;
  private final String topic;
  private final int topicNumber;
  private final String group;
  private long position;

  ConsumerSession(
      Connection connection, String topic, int topicNumber, String group, long position) {
    this.connection = connection;
    this.topic = topic;
    this.topicNumber = topicNumber;
    this.group = group;
    this.position = position;
  }

  /// The next events, none when the group has finished all.
  List<StoredEvent> read() throws SQLException {
    try (PreparedStatement read = connection.prepareStatement(READ)) {
      read.setInt(1, topicNumber);
      read.setLong(2, position);
      read.setInt(3, EventBatches.MAX_EVENTS);
      read.setLong(4, EventBatches.MAX_BYTES);
      try (ResultSet rows = read.executeQuery()) {
        var events = new ArrayList<StoredEvent>();
        while (rows.next()) {
          events.add(stored(rows));
        }
        return events;
      }
    }
  }

  private static StoredEvent stored(ResultSet row) throws SQLException {
    var event =
        new Event(
            row.getString("id"),
            row.getString("type"),
            row.getString("source"),
            row.getString("key"),
            row.getObject("time", OffsetDateTime.class).toInstant(),
            row.getBytes("payload"),
            EventHeaders.fromJson(row.getString("headers")));
    return new StoredEvent(row.getLong("log_offset"), 0, event);
  }

  /// Remembers that the group has finished everything before the offset.
  void commit(long next) throws SQLException {
    try (PreparedStatement commit =
        connection.prepareStatement(
            """
            update event_log.consumer_group set next_offset = ?, updated_at = clock_timestamp()
            where topic = ? and name = ?""")) {
      commit.setLong(1, next);
      commit.setInt(2, topicNumber);
      commit.setString(3, group);
      commit.executeUpdate();
    }
    position = next;
  }

  /// Waits until the topic is said to have grown, or the time is up.
  boolean grew(Duration wait) throws SQLException {
    PGNotification[] news =
        connection.unwrap(PGConnection.class).getNotifications(Math.toIntExact(wait.toMillis()));
    return news != null && Arrays.stream(news).anyMatch(said -> said.getParameter().equals(topic));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
