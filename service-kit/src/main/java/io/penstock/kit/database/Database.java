package io.penstock.kit.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;

/// A service's own PostgreSQL database: a pool that survives restarts, migrations, and JDBI over
/// both. Nothing is connected before [#migrate()]; until that has succeeded once every use fails as
/// unavailable rather than on a missing table.
public final class Database implements AutoCloseable {

  private static final int PROBE_SECONDS = 1;
  private static final long MIGRATION_LOCK = 0x70656e73746f636bL;

  private final String service;
  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private volatile String waitingFor = "its migrations";

  private Database(String service, HikariDataSource pool) {
    this.service = service;
    this.pool = pool;
    this.jdbi = Jdbi.create(this::connection).installPlugin(new PostgresPlugin());
  }

  /// The database of a service whose migrations lie in `classpath:db/<service>`.
  public static Database open(DatabaseConfig config, String service) {
    return new Database(service, ConnectionPools.open("penstock-" + service, config));
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  String service() {
    return service;
  }

  /// Brings the schema up to date: first the kit's own tables, then the service's. Tries once.
  public void migrate() {
    try {
      alone(
          () -> {
            migrate("kit", "kit_schema_history");
            migrate(service, "schema_history");
          });
      waitingFor = "";
    } catch (RuntimeException e) {
      waitingFor = reason(e);
      throw e;
    }
  }

  // Flyway locks its history once that is there. Replicas that start together on an empty database
  // would stumble over each other before. The lock has a connection beside the pool, which may be
  // as small as Flyway needs it.
  private void alone(Runnable migrations) {
    try (var holder = ConnectionPools.connectBeside(pool);
        var statement = holder.createStatement()) {
      statement.execute("select pg_advisory_lock(%d)".formatted(MIGRATION_LOCK));
      migrations.run();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot lock the migrations: " + e.getMessage(), e);
    }
  }

  private void migrate(String location, String historyTable) {
    Flyway.configure()
        .dataSource(pool)
        .locations("classpath:db/" + location)
        .table(historyTable)
        // Two histories share one schema, so the second to come finds it filled.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .loggers("slf4j")
        .load()
        .migrate();
  }

  /// Asks the database now what it is waiting for, which may take the connect timeout; empty when
  /// it answers. A pool that is merely busy counts as answering.
  public Optional<String> probe() {
    if (!waitingFor.isEmpty()) {
      return Optional.of(waitingFor);
    }
    HikariPoolMXBean connections = pool.getHikariPoolMXBean();
    boolean busy = connections.getIdleConnections() == 0 && connections.getActiveConnections() > 0;
    return busy ? Optional.empty() : connect();
  }

  private Optional<String> connect() {
    try (Connection connection = pool.getConnection()) {
      // The pool trusts what it lent a moment ago, so ask.
      if (connection.isValid(PROBE_SECONDS)) {
        return Optional.empty();
      }
      pool.evictConnection(connection);
      return Optional.of("a connection broke");
    } catch (SQLException e) {
      return Optional.of(reason(e));
    }
  }

  private static String reason(Exception e) {
    Throwable lost = LostConnections.find(e).<Throwable>map(found -> found).orElse(e);
    return String.valueOf(lost.getMessage());
  }

  /// `host:port/database`: without the query part, which may carry a password.
  String address() {
    return pool.getJdbcUrl().replaceFirst("^jdbc:postgresql:(//)?", "").replaceFirst("\\?.*", "");
  }

  private Connection connection() throws SQLException {
    if (!waitingFor.isEmpty()) {
      throw LostConnections.exception(
          "database", new SQLException("not migrated yet: " + waitingFor));
    }
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw LostConnections.exception("database", e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
