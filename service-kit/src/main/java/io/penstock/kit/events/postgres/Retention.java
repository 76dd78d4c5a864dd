package io.penstock.kit.events.postgres;

import io.penstock.kit.events.Subscriptions;
import io.penstock.kit.loop.BackgroundLoop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes old events: by age only what every group has finished; by size, as the last resort
/// against a full disk, finished or not.
final class Retention implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration AT_FIRST = Duration.ofSeconds(30);
  private static final int CHUNK = 500;

  // The first event to keep: the first one young enough, or the first that some group still needs.
  private static final String BY_AGE =
      """
      select least(
        coalesce((select log_offset from event_log.event where topic = t.number
                  and appended_at >= clock_timestamp() - make_interval(secs => ?) order by log_offset limit 1), t.next_offset),
        coalesce((select min(next_offset) from event_log.consumer_group where topic = t.number), t.next_offset))
      from event_log.topic t where t.number = ?""";

  private static final String DELETE =
      """
      with doomed as (
        select log_offset from event_log.event where topic = ? and log_offset < ? order by log_offset limit ?
      ), gone as (
        delete from event_log.event e using doomed d where e.topic = ? and e.log_offset = d.log_offset
        returning octet_length(e.payload) as size
      ), total as (select count(*) as events, coalesce(sum(size), 0) as bytes from gone)
      update event_log.topic t set bytes = t.bytes - total.bytes from total where t.number = ? returning total.events, t.bytes""";

  private final EventStore store;
  private final Duration age;
  private final long bytes;
  private final BackgroundLoop loop;
  private boolean first = true;

  Retention(EventStore store, String client, Duration age, long bytes) {
    this.store = store;
    this.age = age;
    this.bytes = bytes;
    this.loop =
        BackgroundLoop.start(client + ": events retention", Subscriptions.BACKOFF, this::step);
  }

  private record Topic(int number, String name) {}

  private record Deleted(long events, long bytesLeft) {}

  private Duration step() throws SQLException {
    if (first) {
      first = false;
      return AT_FIRST;
    }
    round();
    return EVERY;
  }

  void round() throws SQLException {
    try (Connection connection = store.connection()) {
      for (Topic topic : topics(connection)) {
        dropOversize(connection, topic, dropAged(connection, topic));
      }
    }
  }

  private Deleted dropAged(Connection connection, Topic topic) throws SQLException {
    long keepFrom = firstToKeep(connection, topic);
    Deleted deleted;
    do {
      deleted = delete(connection, topic, keepFrom);
    } while (deleted.events() == CHUNK);
    return deleted;
  }

  private void dropOversize(Connection connection, Topic topic, Deleted sofar) throws SQLException {
    long total = 0;
    Deleted deleted = sofar;
    while (deleted.bytesLeft() > bytes && (total == 0 || deleted.events() > 0)) {
      deleted = delete(connection, topic, Long.MAX_VALUE);
      total += deleted.events();
    }
    if (total > 0) {
      log.warn(
          "Topic {} held more than {} bytes: deleted its oldest {} events",
          topic.name(),
          bytes,
          total);
    }
  }

  private static List<Topic> topics(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery("select number, name from event_log.topic")) {
      var topics = new ArrayList<Topic>();
      while (rows.next()) {
        topics.add(new Topic(rows.getInt(1), rows.getString(2)));
      }
      return topics;
    }
  }

  private long firstToKeep(Connection connection, Topic topic) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(BY_AGE)) {
      query.setDouble(1, age.toSeconds());
      query.setInt(2, topic.number());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private static Deleted delete(Connection connection, Topic topic, long before)
      throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setInt(1, topic.number());
      delete.setLong(2, before);
      delete.setInt(3, CHUNK);
      delete.setInt(4, topic.number());
      delete.setInt(5, topic.number());
      try (ResultSet row = delete.executeQuery()) {
        return row.next() ? new Deleted(row.getLong(1), row.getLong(2)) : new Deleted(0, 0);
      }
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
