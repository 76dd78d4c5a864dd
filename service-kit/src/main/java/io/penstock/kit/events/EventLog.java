package io.penstock.kit.events;

import java.util.List;

/// The log that carries events from the service where they happened to whoever wants to know.
public interface EventLog extends AutoCloseable {

  /// Appends in the given order; what it returns from is durable. Fails as an unavailable
  /// dependency within seconds when the log is away: then any prefix may have been stored, and
  /// appending the same events again is right, because consumers go by the id.
  void append(String topic, List<Event> events);

  /// Starts a consumer. A group that is new to the topic begins with the oldest event kept. Of
  /// several subscribers of one group each event goes to one; the topic need not exist yet.
  Subscription subscribe(String topic, String group, EventHandler handler);

  /// Closes every subscription and lets go of the log.
  @Override
  void close();
}
