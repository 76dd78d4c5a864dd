package io.penstock.kit.grpc;

import io.grpc.Context;
import io.penstock.kit.telemetry.LogContext;

/// Starts the virtual thread of a streaming call's body, with the call's context: caller, deadline,
/// trace and log.
final class CallThread {

  private CallThread() {}

  static Thread start(Runnable body) {
    var traced = io.opentelemetry.context.Context.current().wrap(Context.current().wrap(body));
    var log = LogContext.current();
    Runnable logged = log.isPresent() ? () -> log.get().run(traced) : traced;
    return Thread.ofVirtual().name("grpc-stream").start(logged);
  }
}
