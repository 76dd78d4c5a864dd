package io.penstock.kit.events;

import java.util.List;

/// What a consumer does with a batch of events. Delivery is at least once: the place in the log is
/// remembered after the handler returned, so a batch may come again after a failure or a crash.
@FunctionalInterface
public interface EventHandler {

  /// Takes one batch, never empty. When it throws, the same events come again after a backoff.
  void handle(List<StoredEvent> batch) throws Exception;
}
