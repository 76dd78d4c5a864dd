package io.penstock.kit.identity;

import io.grpc.Context;
import java.util.Optional;

/// Who made the call that this code runs for, through which RPC, in which trace. Travels in the
/// gRPC context.
///
/// @param method full gRPC method, `penstock.registry.v1.ModelService/PromoteVersion`
/// @param traceId 32 hex digits; empty where there is no trace
public record Caller(Principal principal, String method, String traceId) {

  private static final Context.Key<Caller> KEY = Context.key("penstock.caller");

  /// The caller of the current RPC. Outside a call, and in public RPCs called without a token,
  /// there is none.
  public static Caller current() {
    return find().orElseThrow(() -> new IllegalStateException("no authenticated call here"));
  }

  public static Optional<Caller> find() {
    return Optional.ofNullable(KEY.get());
  }

  /// A context in which this is the current caller.
  public Context in(Context context) {
    return context.withValue(KEY, this);
  }
}
