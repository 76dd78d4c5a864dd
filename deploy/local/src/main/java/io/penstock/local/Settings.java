package io.penstock.local;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The configuration of every service of a local suite.
final class Settings {

  /// As long as a suite may stay up; every start makes fresh ones.
  private static final Duration SERVICE_TOKEN_VALIDITY = Duration.ofDays(365);

  private final Home home;
  private final Ports ports;
  private final LocalIssuer issuer;
  private final Map<String, String> overrides;

  /// @param overrides keys that win over everything, for every service that knows them:
  ///   `registry:penstock.x.y` for one
  Settings(Home home, Ports ports, LocalIssuer issuer, Map<String, String> overrides) {
    this.home = home;
    this.ports = ports;
    this.issuer = issuer;
    this.overrides = Map.copyOf(overrides);
  }

  Map<String, Object> of(Service service) {
    Map<String, Object> all = new HashMap<>();
    all.put("penstock.grpc.host", "127.0.0.1");
    all.put("penstock.grpc.port", ports.grpc(service));
    all.put("penstock.management.host", "127.0.0.1");
    all.put("penstock.management.port", ports.management(service));
    all.put("penstock.identity.jwks", issuer.jwks());
    all.put("penstock.identity.service-token-file", serviceToken(service));
    all.put("penstock.telemetry.endpoint", "http://127.0.0.1:" + ports.otlp());
    service.peers().forEach(peer -> all.put("penstock.peers." + peer, address(peer)));
    if (service.hasDatabase()) {
      addDatabase(service, all);
    }
    if (service != Service.GATEWAY) {
      all.put("penstock.events.url", LocalPostgres.url(ports.postgres(), "events"));
      all.put("penstock.events.user", "postgres");
    }
    addOwn(service, all);
    overrides.forEach((key, value) -> addOverride(service, key, value, all));
    return all;
  }

  private String serviceToken(Service service) {
    String name = "service-" + service.id();
    return issuer
        .tokenFile(name, "service/" + service.id(), List.of("service"), SERVICE_TOKEN_VALIDITY)
        .toString();
  }

  private String address(String peer) {
    return "127.0.0.1:" + ports.grpc(Service.valueOf(peer.toUpperCase(java.util.Locale.ROOT)));
  }

  private void addDatabase(Service service, Map<String, Object> all) {
    all.put("penstock.database.url", LocalPostgres.url(ports.postgres(), service.id()));
    all.put("penstock.database.user", "postgres");
  }

  private void addOwn(Service service, Map<String, Object> all) {
    switch (service) {
      case REGISTRY -> {
        all.put("penstock.artifacts.directory", home.data("artifacts").toString());
        all.put("penstock.webhooks.key-file", home.identity().resolve("webhooks.key").toString());
      }
      case INFERENCE -> {
        all.put("penstock.inference.cache-directory", home.data("inference").toString());
        all.put("penstock.inference.rest.host", "127.0.0.1");
        all.put("penstock.inference.rest.port", ports.inferenceRest());
      }
      case GOVERNANCE -> {
        all.put("penstock.governance.log-directory", home.data("audit-log").toString());
        all.put(
            "penstock.governance.signing-key-file",
            home.identity().resolve("audit-log-key.pem").toString());
      }
      case MONITORING -> {
        all.put("penstock.monitoring.otlp-port", ports.otlp());
        // The demo replays months in minutes at some hundred rows a day: a week holds enough to
        // test.
        all.put("penstock.monitoring.window", "7d");
        all.put("penstock.monitoring.idle-close", "5s");
      }
      case GATEWAY -> {
        all.put("penstock.gateway.host", "127.0.0.1");
        all.put("penstock.gateway.port", ports.rest());
      }
      case FEATURE -> {}
    }
  }

  private static void addOverride(
      Service service, String key, String value, Map<String, Object> all) {
    int colon = key.indexOf(':');
    if (colon < 0) {
      all.put(key, value);
    } else if (key.substring(0, colon).equals(service.id())) {
      all.put(key.substring(colon + 1), value);
    }
  }
}
