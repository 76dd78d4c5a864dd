package io.penstock.kit.events;

import java.util.List;
import java.util.Optional;

/// The delivery that the current thread works on: what an audit entry names as cause when an event,
/// not a call, made the change.
public final class Delivery {

  private static final ScopedValue<String> TOPIC = ScopedValue.newInstance();

  private Delivery() {}

  /// The topic whose batch is being handled on this thread.
  public static Optional<String> topic() {
    return TOPIC.isBound() ? Optional.of(TOPIC.get()) : Optional.empty();
  }

  /// Hands a batch to the handler of a consumer.
  public static void deliver(String topic, EventHandler handler, List<StoredEvent> batch)
      throws Exception {
    ScopedValue.where(TOPIC, topic)
        .<Void, Exception>call(
            () -> {
              handler.handle(batch);
              return null;
            });
  }
}
