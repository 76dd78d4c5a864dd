package io.penstock.kit.telemetry;

import io.grpc.ClientInterceptor;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.inject.Singleton;

/// Spans of RPCs, on both sides, named and attributed as OpenTelemetry's conventions have it.
///
/// Written by hand because it is on the way of every call: where a trace is not recorded, what is
/// left is two ids and a header.
@Singleton
public final class CallTracing {

  private final OpenTelemetry telemetry;

  public CallTracing(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
  }

  public ServerInterceptor ofServer() {
    return new ServerTracing(telemetry);
  }

  public ClientInterceptor ofClient() {
    return new ClientTracing(telemetry);
  }
}
