package io.penstock.local;

import com.sun.management.OperatingSystemMXBean;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The PostgreSQL of a local suite: a real server process on loopback, its data in the home, fsync
/// on. A database for each service and one for the event log.
final class LocalPostgres implements AutoCloseable {

  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final long MEGABYTE = 1 << 20;

  private final Home home;
  private final int port;
  private EmbeddedPostgres server;

  private LocalPostgres(Home home, int port) {
    this.home = home;
    this.port = port;
    this.server = launch();
  }

  static LocalPostgres start(Home home, int port) {
    return new LocalPostgres(home, port);
  }

  private EmbeddedPostgres launch() {
    try {
      EmbeddedPostgres launched =
          EmbeddedPostgres.builder()
              .setDataDirectory(home.postgres())
              .setCleanDataDirectory(false)
              .setPort(port)
              .setPGStartupWait(START_WITHIN)
              // A hook of its own would take it away from under the services while they drain.
              .setRegisterShutdownHook(false)
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("max_connections", "200")
              .setServerConfig("shared_buffers", sharedBuffers(memory()))
              .start();
      createDatabases(launched);
      return launched;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "PostgreSQL did not start in " + home.postgres() + " on port " + port, e);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL does not take the suite's databases", e);
    }
  }

  private static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /// A quarter of the machine's memory, as PostgreSQL's manual advises, but what a laptop can
  /// spare: with its default of 128 MB a page of runs among a million is read from the system's
  /// cache.
  static String sharedBuffers(long memory) {
    return Math.clamp(memory / 4 / MEGABYTE, 128, 1_024) + "MB";
  }

  /// Ends the server, cutting off whoever is connected, and starts it on the same data and port.
  void restart() {
    close();
    server = launch();
  }

  private static void createDatabases(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      List<String> missing = wanted();
      try (ResultSet existing = statement.executeQuery("SELECT datname FROM pg_database")) {
        while (existing.next()) {
          missing.remove(existing.getString(1));
        }
      }
      for (String database : missing) {
        statement.executeUpdate("CREATE DATABASE " + database);
      }
    }
  }

  private static List<String> wanted() {
    List<String> names = new ArrayList<>(List.of("events"));
    for (Service service : Service.values()) {
      if (service.hasDatabase()) {
        names.add(service.id());
      }
    }
    return names;
  }

  static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /// The server, whose children serve the connections.
  ProcessHandle process() {
    return processOf(home).orElseThrow(() -> new IllegalStateException("PostgreSQL does not run"));
  }

  /// The server process of a home, also one that outlived its suite.
  static Optional<ProcessHandle> processOf(Home home) {
    Path file = home.postgres().resolve("postmaster.pid");
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()))
              .filter(LocalPostgres::isPostgres)
          : Optional.empty();
    } catch (IOException | NumberFormatException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("postgres")).isPresent();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL did not stop", e);
    }
  }
}
