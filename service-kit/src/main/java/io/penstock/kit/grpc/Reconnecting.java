package io.penstock.kit.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Keeps a channel from waiting long before it tries a lost peer again. gRPC's own pause grows to
/// two minutes, which is meant for a crowd of clients; inside a suite a service that is back should
/// be used at once.
final class Reconnecting {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Executor AFTER_PAUSE =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);

  private final ManagedChannel channel;

  private Reconnecting(ManagedChannel channel) {
    this.channel = channel;
  }

  static ManagedChannel soon(ManagedChannel channel) {
    new Reconnecting(channel).watch();
    return channel;
  }

  private void watch() {
    var state = channel.getState(false);
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      AFTER_PAUSE.execute(channel::resetConnectBackoff);
    }
    if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, this::watch);
    }
  }
}
