package io.penstock.kit.events.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.penstock.kit.database.ConnectionPools;
import io.penstock.kit.database.DatabaseConfig;
import io.penstock.kit.database.LostConnections;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventBatches;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.Subscription;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The event log in a PostgreSQL database of its own. Opening it never connects: a log that is away
/// fails appends and makes subscriptions wait, and both go on when it is back.
public final class PostgresEventLog implements EventLog {

  private final EventsConfig config;
  private final String client;
  private final EventStore store;
  private final Announcer announcer;
  private final Retention retention;
  private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  private PostgresEventLog(EventsConfig config, String client, HikariDataSource pool) {
    this.config = config;
    this.client = client;
    this.store = new EventStore(pool);
    this.announcer = new Announcer(store, client);
    this.retention = new Retention(store, client, config.retention(), config.retentionBytes());
  }

  /// The log at `penstock.events.url`; the client's name shows in pg_stat_activity.
  public static PostgresEventLog open(EventsConfig config, String client) {
    return new PostgresEventLog(
        config, client, ConnectionPools.open("penstock-events-" + client, database(config)));
  }

  private static DatabaseConfig database(EventsConfig config) {
    return new DatabaseConfig(
        config.requiredUrl(),
        config.user(),
        config.password(),
        Math.max(2, config.poolSize()),
        Duration.ofSeconds(2),
        config.deliveryTimeout());
  }

  @Override
  public void append(String topic, List<Event> events) {
    try {
      for (List<Event> batch : EventBatches.cut(events)) {
        store.append(topic, batch);
      }
    } catch (SQLException e) {
      throw unavailable(e);
    }
    announcer.appended(topic);
  }

  // A statement that is wrong is a bug and says so; everything else is the log being away.
  private static RuntimeException unavailable(SQLException e) {
    return LostConnections.find(e)
        .<RuntimeException>map(lost -> LostConnections.exception("event log", lost))
        .orElseGet(() -> new IllegalStateException("the event log refused a statement", e));
  }

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    var source = new ConsumerSessions(config, client, topic, group, store);
    var subscription = new PostgresSubscription(client, topic, group, handler, source, store);
    subscriptions.add(subscription);
    return subscription;
  }

  /// Deletes now what retention allows to delete, rather than at the next round.
  public void retain() throws SQLException {
    retention.round();
  }

  @Override
  public void close() {
    subscriptions.parallelStream().forEach(Subscription::close);
    announcer.close();
    retention.close();
    store.close();
  }
}
