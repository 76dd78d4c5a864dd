package io.penstock.kit.events;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// An event log in the memory of this process, for tests and for trying things out. Passes the same
/// contract as the others.
public final class InMemoryEventLog implements EventLog {

  private final ConcurrentHashMap<String, InMemoryTopic> topics = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  @Override
  public void append(String topic, List<Event> events) {
    topic(topic).append(events);
  }

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    var subscription = new InMemorySubscription(topic, topic(topic), group, handler);
    subscriptions.add(subscription);
    return subscription;
  }

  private InMemoryTopic topic(String name) {
    return topics.computeIfAbsent(name, _ -> new InMemoryTopic(name));
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
