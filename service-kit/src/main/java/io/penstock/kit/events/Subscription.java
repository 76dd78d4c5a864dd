package io.penstock.kit.events;

/// A running consumer of one topic for one group.
public interface Subscription extends AutoCloseable {

  /// How many events of the topic the group has not finished yet; the last known figure while the
  /// log is away.
  long lag();

  /// Stops: the batch in hand may end within a few seconds, no other begins.
  @Override
  void close();
}
