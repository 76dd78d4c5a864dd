package io.penstock.kit.events.postgres;

import io.penstock.kit.events.Delivery;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.events.Subscriptions;
import io.penstock.kit.loop.BackgroundLoop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A consumer of the PostgreSQL log: holds its group on one connection, reads on a NOTIFY or after
/// a second at the latest, and starts over with a new connection when the old one breaks.
final class PostgresSubscription implements Subscription {

  private static final Logger log = LoggerFactory.getLogger(PostgresSubscription.class);
  private static final Duration UNTIL_GROUP_IS_FREE = Duration.ofMillis(500);
  // Short slices let a close be prompt; the poll is for a NOTIFY that was lost with its sender.
  private static final Duration SLICE = Duration.ofMillis(100);
  private static final int SLICES_PER_POLL = 10;

  private final String topic;
  private final String group;
  private final EventHandler handler;
  private final ConsumerSessions sessions;
  private final EventStore store;
  private final BackgroundLoop loop;
  private volatile boolean closing;
  private volatile long lastLag;
  private @Nullable ConsumerSession session;
  private List<StoredEvent> pending = List.of();

  PostgresSubscription(
      String client,
      String topic,
      String group,
      EventHandler handler,
      ConsumerSessions sessions,
      EventStore store) {
    this.topic = topic;
    this.group = group;
    this.handler = handler;
    this.sessions = sessions;
    this.store = store;
    this.loop =
        BackgroundLoop.start(
            client + ": events " + topic + " for " + group, Subscriptions.BACKOFF, this::step);
  }

  private Duration step() throws Exception {
    ConsumerSession held = session == null ? open() : session;
    if (held == null) {
      return UNTIL_GROUP_IS_FREE;
    }
    fill(held);
    if (pending.isEmpty()) {
      return Duration.ZERO;
    }
    Delivery.deliver(topic, handler, pending);
    commit(held);
    return Duration.ZERO;
  }

  private @Nullable ConsumerSession open() throws SQLException {
    // What a lost session had read may have gone to another consumer meanwhile.
    pending = List.of();
    session = sessions.open().orElse(null);
    return session;
  }

  private void fill(ConsumerSession held) throws SQLException {
    try {
      if (pending.isEmpty()) {
        pending = held.read();
      }
      if (pending.isEmpty()) {
        await(held);
      }
    } catch (SQLException e) {
      drop(held);
      throw e;
    }
  }

  private void await(ConsumerSession held) throws SQLException {
    for (int slice = 0; slice < SLICES_PER_POLL && !closing; slice++) {
      if (held.grew(SLICE)) {
        return;
      }
    }
  }

  private void commit(ConsumerSession held) throws SQLException {
    try {
      held.commit(pending.getLast().offset() + 1);
      pending = List.of();
    } catch (SQLException e) {
      drop(held);
      throw e;
    }
  }

  private void drop(ConsumerSession held) {
    session = null;
    try {
      held.close();
    } catch (SQLException e) {
      log.debug("Closing a lost connection of {} for {} failed", topic, group, e);
    }
  }

  @Override
  public long lag() {
    try {
      lastLag = store.lag(topic, group);
    } catch (SQLException e) {
      log.debug("The lag of {} for {} is unknown", topic, group, e);
    }
    return lastLag;
  }

  @Override
  public void close() {
    closing = true;
    loop.close();
    ConsumerSession held = session;
    if (held != null) {
      drop(held);
    }
  }
}
