package io.penstock.kit.events;

import io.penstock.kit.loop.Backoff;
import java.time.Duration;

/// What all subscriptions agree on.
public final class Subscriptions {

  /// Between tries of a handler that fails, and of a log that is away.
  public static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  private Subscriptions() {}
}
