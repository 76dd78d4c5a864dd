package io.penstock.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A real PostgreSQL server for tests.
sealed interface PostgresServer {

  /// A JDBC URL of the named database, credentials included.
  String url(String database);

  /// Somebody else's server, named by `TEST_JDBC_URL`.
  record External(String maintenanceUrl) implements PostgresServer {

    @Override
    public String url(String database) {
      return maintenanceUrl.replaceFirst("^(jdbc:postgresql://[^/]+/)[^?]*", "$1" + database);
    }
  }

  /// A container that lives as long as this JVM.
  record Container(PostgreSQLContainer container) implements PostgresServer {

    static Container start() {
      var container = new PostgreSQLContainer("postgres:18-alpine");
      container.start();
      return new Container(container);
    }

    @Override
    public String url(String database) {
      return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
          .formatted(
              container.getHost(),
              container.getMappedPort(5432),
              database,
              container.getUsername(),
              container.getPassword());
    }
  }

  /// A server process of our own that can be stopped and started again on the same port with the
  /// same data.
  final class Embedded implements PostgresServer, AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final Path data;
    private final int port;
    private @Nullable EmbeddedPostgres running;

    private Embedded(Path data, int port) {
      this.data = data;
      this.port = port;
    }

    static Embedded start() {
      try {
        var server = new Embedded(Files.createTempDirectory("penstock-postgres"), freePort());
        server.up();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL cannot be unpacked", e);
      }
    }

    private static int freePort() throws IOException {
      try (var socket = new ServerSocket(0)) {
        return socket.getLocalPort();
      }
    }

    synchronized void up() {
      try {
        running =
            EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(START_WITHIN)
                .setServerConfig("max_connections", "200")
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL did not start on port " + port, e);
      }
    }

    synchronized void down() {
      EmbeddedPostgres server = running;
      running = null;
      if (server != null) {
        try {
          server.close();
        } catch (IOException e) {
          throw new UncheckedIOException("PostgreSQL did not stop", e);
        }
      }
    }

    /// Sends a signal to every process of the server.
    synchronized void signal(String name) {
      try {
        long first = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        var server = ProcessHandle.of(first).orElseThrow();
        Stream.concat(Stream.of(server), server.descendants())
            .forEach(process -> signal(name, process.pid()));
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL runs nowhere", e);
      }
    }

    private static void signal(String name, long pid) {
      try {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().onExit().join();
      } catch (IOException e) {
        throw new UncheckedIOException("no kill", e);
      }
    }

    @Override
    public String url(String database) {
      return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(port, database);
    }

    @Override
    public void close() {
      down();
      DeletedTree.delete(data);
    }
  }
}
