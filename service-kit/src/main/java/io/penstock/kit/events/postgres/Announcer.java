package io.penstock.kit.events.postgres;

import io.penstock.kit.events.Subscriptions;
import io.penstock.kit.loop.BackgroundLoop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells sleeping consumers that topics have grown: at most one NOTIFY in ten milliseconds for a
/// whole process. A NOTIFY takes a lock that all commits of the database share, so one per append
/// would halve their rate; a lost one only costs a consumer its poll interval.
final class Announcer implements AutoCloseable {

  private static final Duration SPACING = Duration.ofMillis(10);
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);

  private final EventStore store;
  private final Set<String> grown = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop loop;

  Announcer(EventStore store, String client) {
    this.store = store;
    this.loop =
        BackgroundLoop.start(
            client + ": events announcer", Subscriptions.BACKOFF, SPACING, this::step);
  }

  void appended(String topic) {
    grown.add(topic);
    loop.wake();
  }

  private Duration step() throws SQLException {
    Set<String> topics = Set.copyOf(grown);
    if (!topics.isEmpty()) {
      // Forgotten before they are told: an append in between is told again rather than not at all.
      grown.removeAll(topics);
      store.announce(topics);
    }
    return UNTIL_WOKEN;
  }

  @Override
  public void close() {
    loop.close();
  }
}
