package io.penstock.kit.telemetry;

import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import jakarta.inject.Singleton;
import java.util.List;

/// Spans of RPCs, on both sides. What only looks after the suite (health, reflection, the export of
/// spans itself) has none: a receiver of spans that traced its own receiving would never come to
/// rest.
@Singleton
public final class CallTracing {

  private static final List<String> UNTRACED =
      List.of("grpc.health.", "grpc.reflection.", "opentelemetry.proto.collector.");

  private final GrpcTelemetry telemetry;

  public CallTracing(OpenTelemetry openTelemetry) {
    this.telemetry = GrpcTelemetry.create(openTelemetry);
  }

  public ServerInterceptor ofServer() {
    return new SkippingPlumbing(telemetry.newServerInterceptor());
  }

  public ClientInterceptor ofClient() {
    return telemetry.newClientInterceptor();
  }

  private record SkippingPlumbing(ServerInterceptor tracing) implements ServerInterceptor {

    @Override
    public <Q, R> Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      var method = call.getMethodDescriptor().getFullMethodName();
      return UNTRACED.stream().anyMatch(method::startsWith)
          ? next.startCall(call, headers)
          : tracing.interceptCall(call, headers, next);
    }
  }
}
