package io.penstock.local;

import io.penstock.feature.FeatureService;
import io.penstock.gateway.GatewayService;
import io.penstock.governance.GovernanceService;
import io.penstock.inference.InferenceService;
import io.penstock.monitoring.MonitoringService;
import io.penstock.registry.RegistryService;
import java.util.List;
import java.util.Locale;

/// The services: who is needed by others comes first, and is stopped last. All of them send spans
/// to monitoring.
enum Service {
  MONITORING(MonitoringService.class, true, List.of("registry", "governance")),
  GOVERNANCE(GovernanceService.class, true, List.of()),
  REGISTRY(RegistryService.class, true, List.of("feature", "governance")),
  FEATURE(FeatureService.class, true, List.of("governance")),
  INFERENCE(InferenceService.class, false, List.of("registry", "feature", "governance")),
  GATEWAY(
      GatewayService.class,
      false,
      List.of("registry", "feature", "inference", "monitoring", "governance"));

  private final Class<?> main;
  private final boolean database;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes it
  private final List<String> peers;

  Service(Class<?> main, boolean database, List<String> peers) {
    this.main = main;
    this.database = database;
    this.peers = peers;
  }

  /// `registry`: its name in configuration, database, log and process.
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The class whose `main` is the service as a process of its own.
  Class<?> main() {
    return main;
  }

  boolean hasDatabase() {
    return database;
  }

  /// The services that it calls.
  List<String> peers() {
    return peers;
  }
}
