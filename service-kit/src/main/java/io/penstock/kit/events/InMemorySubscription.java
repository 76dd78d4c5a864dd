package io.penstock.kit.events;

import io.penstock.kit.loop.BackgroundLoop;
import java.time.Duration;
import java.util.List;

/// A consumer of a topic in memory.
final class InMemorySubscription implements Subscription {

  private static final Duration WAIT = Duration.ofMillis(50);

  private final String topicName;
  private final InMemoryTopic topic;
  private final String group;
  private final EventHandler handler;
  private final BackgroundLoop loop;
  private boolean holding;
  private List<StoredEvent> pending = List.of();

  InMemorySubscription(String topicName, InMemoryTopic topic, String group, EventHandler handler) {
    this.topicName = topicName;
    this.topic = topic;
    this.group = group;
    this.handler = handler;
    this.loop =
        BackgroundLoop.start(
            "events " + topicName + " for " + group, Subscriptions.BACKOFF, this::step);
  }

  private Duration step() throws Exception {
    holding = holding || topic.hold(group);
    if (!holding) {
      return WAIT;
    }
    if (pending.isEmpty()) {
      pending = topic.await(group, WAIT);
    }
    if (!pending.isEmpty()) {
      Delivery.deliver(topicName, handler, pending);
      topic.commit(group, pending.getLast().offset() + 1);
      pending = List.of();
    }
    return Duration.ZERO;
  }

  @Override
  public long lag() {
    return topic.lag(group);
  }

  @Override
  public void close() {
    loop.close();
    if (holding) {
      topic.release(group);
      holding = false;
    }
  }
}
