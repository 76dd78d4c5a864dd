package io.penstock.monitoring.trace;

import io.micronaut.context.annotation.Factory;
import io.penstock.kit.access.AccessRule;
import io.penstock.kit.access.ForeignAccess;
import io.penstock.kit.grpc.ListenPort;
import io.penstock.monitoring.MonitoringConfig;
import io.penstock.proto.options.v1.Cost;
import jakarta.inject.Singleton;
import java.util.Map;

/// Who may send spans, and on which port they arrive.
@Factory
final class OtlpFactory {

  @Singleton
  ForeignAccess otlpAccess() {
    return new ForeignAccess(
        Map.of(
            "opentelemetry.proto.collector.trace.v1.TraceService/Export",
            AccessRule.requiring("telemetry.write", Cost.COST_BULK)));
  }

  @Singleton
  ListenPort otlpPort(MonitoringConfig config) {
    return new ListenPort("OTLP", config.otlpPort());
  }
}
