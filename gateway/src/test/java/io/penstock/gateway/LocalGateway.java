package io.penstock.gateway;

import io.penstock.testkit.ServiceExtension;
import java.util.function.Supplier;

/// A gateway on a free port of this machine, with one backend for all of its peers.
public final class LocalGateway {

  private LocalGateway() {}

  /// @param backend `host:port`, asked for when the gateway starts
  public static ServiceExtension before(Supplier<String> backend) {
    return ServiceExtension.of("gateway")
        .withoutDatabase()
        .with("penstock.gateway.port", 0)
        .with("penstock.gateway.host", "127.0.0.1")
        .with("penstock.peers.registry", backend)
        .with("penstock.peers.inference", backend)
        .with("penstock.peers.governance", backend);
  }

  /// The same for a test that calls more often than anybody should.
  public static ServiceExtension unlimitedBefore(Supplier<String> backend) {
    return before(backend)
        .with("penstock.gateway.rate-limits.read", 100_000)
        .with("penstock.gateway.rate-limits.write", 100_000)
        .with("penstock.gateway.rate-limits.bulk", 100_000);
  }
}
