package io.penstock.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A whole suite on this machine: its PostgreSQL, its issuer of tokens, its services.
public final class LocalSuite implements AutoCloseable {

  private final LocalPostgres postgres;
  private final Ports ports;
  private final LocalIssuer issuer;
  private final Suite services;

  private LocalSuite(LocalPostgres postgres, Ports ports, LocalIssuer issuer, Suite services) {
    this.postgres = postgres;
    this.ports = ports;
    this.issuer = issuer;
    this.services = services;
  }

  static LocalSuite start(
      Home home, Ports ports, boolean separate, Map<String, String> overrides, Clock clock) {
    LocalIssuer issuer = LocalIssuer.open(home, clock);
    DemoPerson.all().forEach(person -> person.writeToken(issuer));
    LocalPostgres postgres = LocalPostgres.start(home, ports.postgres());
    try {
      Settings settings = new Settings(home, ports, issuer, overrides);
      Suite services =
          separate ? SixJvms.start(home, ports, settings, clock) : OneJvm.start(settings);
      return new LocalSuite(postgres, ports, issuer, services);
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  /// A suite on free ports, for tests.
  ///
  /// @param home directory of its data; used again, it is the same suite again
  public static LocalSuite onFreePorts(Path home, boolean separate, Map<String, String> overrides) {
    return start(Home.at(home), Ports.free(), separate, overrides, Clock.systemUTC());
  }

  /// Waits until every service is ready.
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return services.awaitReady(atMost);
  }

  /// A token for a principal in these roles, good for an hour.
  public String token(String subject, String... roles) {
    return token(Duration.ofHours(1), subject, roles);
  }

  /// A token that is good for so long; one of negative validity has expired.
  public String token(Duration validity, String subject, String... roles) {
    return issuer.token(subject, List.of(roles), validity);
  }

  /// The gateway over HTTP.
  public URI gateway() {
    return URI.create("http://127.0.0.1:" + ports.rest());
  }

  /// `host:port` of a service's gRPC, by its name: `registry`.
  public String address(String service) {
    return "127.0.0.1:" + ports.grpc(named(service));
  }

  /// The process of a service, in a suite of separate JVMs.
  public ProcessHandle process(String service) {
    if (services instanceof SixJvms jvms) {
      return jvms.process(named(service));
    }
    throw new IllegalStateException("the services share this JVM");
  }

  /// PostgreSQL, whose children serve the connections.
  public ProcessHandle postgres() {
    return postgres.process();
  }

  /// Health and metrics of a service over HTTP.
  public URI management(String service) {
    return URI.create("http://127.0.0.1:" + ports.management(named(service)));
  }

  /// Stops one service of a suite in one JVM; it stays away until it is started again.
  public void stop(String service) {
    oneJvm().stop(named(service));
  }

  /// Starts a service that was stopped, with the same configuration and data.
  public void start(String service) {
    oneJvm().start(named(service));
  }

  private OneJvm oneJvm() {
    if (services instanceof OneJvm jvm) {
      return jvm;
    }
    throw new IllegalStateException("the services have their own JVMs; kill the process");
  }

  /// Ends PostgreSQL, cutting off whoever is connected, and starts it again with its data.
  public void restartPostgres() {
    postgres.restart();
  }

  /// JDBC address of a database: a service's name, or `events`.
  public String databaseUrl(String database) {
    return LocalPostgres.url(ports.postgres(), database) + "?user=postgres";
  }

  private static Service named(String service) {
    return Service.valueOf(service.toUpperCase(java.util.Locale.ROOT));
  }

  @Override
  public void close() {
    try (postgres) {
      services.close();
    }
  }
}
