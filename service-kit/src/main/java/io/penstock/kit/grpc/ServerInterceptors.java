package io.penstock.kit.grpc;

import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.access.AccessRules;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.identity.Authenticator;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.CallTracing;
import jakarta.inject.Singleton;
import java.util.List;

/// What stands between the wire and a handler, in order: trace, metrics, log, failures, drain,
/// access, audit, the service's own checks of requests.
@Singleton
final class ServerInterceptors {

  private final Drain drain = new Drain();
  private final List<ServerInterceptor> outermostFirst;

  ServerInterceptors(
      ServiceName service,
      CallTracing tracing,
      MeterRegistry meters,
      Ticker ticker,
      FailureEncoder failures,
      AccessRules rules,
      Authenticator authenticator,
      AccessDirectory directory,
      List<RequestCheck> checks) {
    this.outermostFirst =
        List.of(
            tracing.ofServer(),
            new MetricsInterceptor(meters, ticker),
            new LogContextInterceptor(service),
            new FailureInterceptor(failures),
            new DrainInterceptor(drain),
            new AccessInterceptor(rules, authenticator, directory),
            new AuditInterceptor(rules),
            new RequestCheckInterceptor(checks));
  }

  List<ServerInterceptor> outermostFirst() {
    return outermostFirst;
  }

  Drain drain() {
    return drain;
  }
}
