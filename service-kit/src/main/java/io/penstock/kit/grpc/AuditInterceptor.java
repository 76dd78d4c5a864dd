package io.penstock.kit.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.penstock.kit.access.AccessRules;
import io.penstock.kit.access.AuditScope;

/// Holds every RPC to its word: one that is declared `AUDIT_ALWAYS` and succeeds without an audit
/// event is a bug, and its caller is told so instead of being told that all went well.
final class AuditInterceptor implements ServerInterceptor {

  private final AccessRules rules;

  AuditInterceptor(AccessRules rules) {
    this.rules = rules;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = call.getMethodDescriptor().getFullMethodName();
    if (!rules.mustAudit(method)) {
      return next.startCall(call, headers);
    }
    var scope = new AuditScope();
    return Contexts.interceptCall(
        Context.current().withValue(AuditScope.KEY, scope),
        new AuditedCall<>(call, scope),
        headers,
        next);
  }

  private static final class AuditedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final AuditScope scope;

    AuditedCall(ServerCall<Q, R> delegate, AuditScope scope) {
      super(delegate);
      this.scope = scope;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status.isOk() && !scope.recorded() ? unaudited() : status, trailers);
    }

    private Status unaudited() {
      return Status.UNKNOWN.withCause(
          new IllegalStateException(
              getMethodDescriptor().getFullMethodName()
                  + " is declared AUDIT_ALWAYS and left no audit event"));
    }
  }
}
