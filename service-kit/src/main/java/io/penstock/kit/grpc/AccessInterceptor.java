package io.penstock.kit.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.access.AccessRule;
import io.penstock.kit.access.AccessRules;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.PermissionDenied;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import io.penstock.kit.failure.KitFailure.UndeclaredMethod;
import io.penstock.kit.identity.Authenticator;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.kit.telemetry.LogContext;

/// Lets a call through when its caller is known and holds the permission that the .proto of the RPC
/// demands. An RPC that demands nothing is refused: silence is no permission.
final class AccessInterceptor implements ServerInterceptor {

  private final AccessRules rules;
  private final Authenticator authenticator;
  private final AccessDirectory directory;

  AccessInterceptor(AccessRules rules, Authenticator authenticator, AccessDirectory directory) {
    this.rules = rules;
    this.authenticator = authenticator;
    this.directory = directory;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = call.getMethodDescriptor().getFullMethodName();
    var rule =
        rules.of(method).orElseThrow(() -> new FailureException(new UndeclaredMethod(method)));
    if (rule.open()) {
      return next.startCall(call, headers);
    }
    var principal = allowed(headers, rule);
    LogContext.current().ifPresent(log -> log.add("principal", principal.name()));
    Span.current().setAttribute("enduser.id", principal.name());
    return Contexts.interceptCall(
        new Caller(principal, method, traceId()).in(Context.current()), call, headers, next);
  }

  private Principal allowed(Metadata headers, AccessRule rule) {
    var principal =
        authenticator.authenticate(
            Credentials.of(headers).orElseThrow(AccessInterceptor::noCredential));
    if (!directory.snapshot().allows(principal, rule.permission())) {
      throw new FailureException(new PermissionDenied(rule.permission(), principal.name()));
    }
    return principal;
  }

  private static FailureException noCredential() {
    return new FailureException(
        new Unauthenticated(
            "TOKEN_MISSING", "no credential; expected authorization: Bearer, or x-api-key"));
  }

  private static String traceId() {
    var span = Span.current().getSpanContext();
    return span.isValid() ? span.getTraceId() : "";
  }
}
