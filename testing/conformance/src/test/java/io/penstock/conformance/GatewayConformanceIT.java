package io.penstock.conformance;

import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.conformance.wire.Server;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the inference service keeps, the gateway in front of it keeps as well.
class GatewayConformanceIT {

  private static final int NO_LIMIT = 1_000_000;

  @RegisterExtension
  @Order(1)
  static final RepositoryServer inference = new RepositoryServer();

  @RegisterExtension
  @Order(2)
  static final ServiceExtension gateway =
      ServiceExtension.of("gateway")
          .withoutDatabase()
          .withoutAwaitingReady()
          .with("penstock.gateway.host", "127.0.0.1")
          .with("penstock.gateway.port", 0)
          .with("penstock.gateway.max-body-size", 64 << 20)
          .with("penstock.gateway.rate-limits.read", NO_LIMIT)
          .with("penstock.gateway.rate-limits.write", NO_LIMIT)
          .with("penstock.gateway.rate-limits.infer", NO_LIMIT)
          .with("penstock.peers.inference", inference::grpc);

  @TestFactory
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  Stream<DynamicTest> sections() throws IOException {
    var http = gateway.bean(EmbeddedServer.class).getURI();
    try (var server = Server.at(gateway.address(), http, RepositoryServer.token())) {
      return SuiteRun.against(server, "gateway").sections();
    }
  }
}
