package io.penstock.testkit;

import io.penstock.kit.database.Database;
import io.penstock.kit.database.DatabaseConfig;
import io.penstock.testkit.PostgresServer.Embedded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives tests a real PostgreSQL: the server of `TEST_JDBC_URL`, else a container where Docker
/// runs, else one embedded here. One server serves all test classes of a JVM, and each asks it for
/// databases of its own. Where none can be had the test fails.
///
/// A test that stops and starts the server takes a [#dedicated()] one.
public final class PostgresExtension implements BeforeAllCallback, AfterAllCallback {

  private static final Logger log = LoggerFactory.getLogger(PostgresExtension.class);
  private static final AtomicInteger databases = new AtomicInteger();

  /// Started when the first test asks, and never before.
  private static final class Shared {
    static final PostgresServer SERVER = find();
  }

  private final boolean dedicated;
  private final ConcurrentLinkedDeque<Database> opened = new ConcurrentLinkedDeque<>();
  private final PostgresServer server;

  private PostgresExtension(boolean dedicated, PostgresServer server) {
    this.dedicated = dedicated;
    this.server = server;
  }

  /// The server that all test classes share.
  public static PostgresExtension shared() {
    return new PostgresExtension(false, Shared.SERVER);
  }

  /// A server for one test class alone, which may stop, start and restart it.
  public static PostgresExtension dedicated() {
    return new PostgresExtension(true, Embedded.start());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    log.debug("{} uses {}", context.getDisplayName(), server);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    opened.forEach(Database::close);
    opened.clear();
    if (dedicated) {
      embedded().close();
    }
  }

  /// Creates an empty database and returns its JDBC URL, credentials included. The name is made
  /// unique.
  public String freshDatabase(String name) {
    String unique =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_")
            + "_"
            + ProcessHandle.current().pid()
            + "_"
            + databases.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(server.url("postgres"));
        Statement create = connection.createStatement()) {
      create.execute("create database " + unique);
      return server.url(unique);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create the database " + unique, e);
    }
  }

  /// A fresh database with the kit's tables and those of the service, open until the test class
  /// ends: `open("registry").jdbi()`.
  public Database open(String service) {
    Database database = Database.open(config(freshDatabase(service)), service);
    opened.add(database);
    database.migrate();
    return database;
  }

  /// The configuration of a service whose database is at the URL.
  public static DatabaseConfig config(String url) {
    return DatabaseConfig.of(url, "postgres", "");
  }

  /// Breaks every connection to the server, as a restart does. Only a dedicated server really
  /// restarts.
  public void restart() {
    if (dedicated) {
      stop();
      start();
    } else {
      terminateConnections("%");
    }
  }

  /// Kills the server's end of connections whose application name is like the pattern.
  public void terminateConnections(String applicationPattern) {
    try (Connection connection = DriverManager.getConnection(server.url("postgres"));
        var terminate =
            connection.prepareStatement(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where application_name like ? and pid <> pg_backend_pid() and backend_type = 'client backend'""")) {
      terminate.setString(1, applicationPattern);
      terminate.execute();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot terminate connections", e);
    }
  }

  /// Stops a dedicated server; its data stays.
  public void stop() {
    embedded().down();
  }

  /// Freezes a dedicated server where it is, as a stalled disk or a paused machine does:
  /// connections stay open and nothing answers.
  public void freeze() {
    embedded().signal("STOP");
  }

  /// Lets a frozen server go on.
  public void thaw() {
    embedded().signal("CONT");
  }

  /// Starts a dedicated server again, on its port and with its data.
  public void start() {
    embedded().up();
  }

  private Embedded embedded() {
    if (dedicated && server instanceof Embedded embedded) {
      return embedded;
    }
    throw new IllegalStateException(
        "other tests share this server: take PostgresExtension.dedicated()");
  }

  private static PostgresServer find() {
    String external = System.getenv("TEST_JDBC_URL");
    if (external != null && !external.isBlank()) {
      return new PostgresServer.External(external);
    }
    return dockerMayAnswer() ? containerOrEmbedded() : Embedded.start();
  }

  // Asking the library costs seconds where there is no Docker, so look for its door first.
  private static boolean dockerMayAnswer() {
    return System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
  }

  // Testcontainers throws whatever its client throws.
  private static PostgresServer containerOrEmbedded() {
    try {
      return PostgresServer.Container.start();
    } catch (RuntimeException e) {
      log.info("Docker gives no PostgreSQL ({}); starting an embedded one", e.getMessage());
      return Embedded.start();
    }
  }
}
