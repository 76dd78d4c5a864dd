package io.penstock.gateway.edge;

import io.penstock.gateway.GatewayFailure.Overloaded;
import io.penstock.kit.failure.FailureException;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds what is under way, so that a service that has become slow fills queues elsewhere, not the
/// gateway's memory.
@Singleton
public final class InFlight {

  private final InFlightConfig config;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  InFlight(InFlightConfig config) {
    this.config = config;
  }

  /// Begins a call, which must [leave][Share#leave] once.
  ///
  /// @throws FailureException `GATEWAY_OVERLOADED`
  public Share enter() {
    take(calls, 1, config.calls(), "calls");
    return new Share();
  }

  private static void take(AtomicLong total, long amount, long most, String what) {
    if (total.addAndGet(amount) > most) {
      total.addAndGet(-amount);
      throw new FailureException(new Overloaded(what, most));
    }
  }

  /// What one call holds of it.
  public final class Share {

    private final AtomicLong held = new AtomicLong();

    private Share() {}

    /// Keeps bytes in memory until the call ends.
    ///
    /// @throws FailureException `GATEWAY_OVERLOADED`
    public void hold(long more) {
      take(bytes, more, config.bytes(), "bytes of requests");
      held.addAndGet(more);
    }

    /// The call ended.
    public void leave() {
      bytes.addAndGet(-held.get());
      calls.decrementAndGet();
    }
  }
}
