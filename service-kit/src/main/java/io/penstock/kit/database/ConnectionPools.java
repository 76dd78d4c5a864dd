package io.penstock.kit.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/// Opens connection pools that never fail because PostgreSQL is away: they come up empty, fail a
/// caller fast, and fill again when it is back.
public final class ConnectionPools {

  // A broken connection is noticed by the read timeout at the latest: no statement may run longer
  // than that.
  private static final Duration READ_SLACK = Duration.ofSeconds(5);

  private ConnectionPools() {}

  /// A pool whose name says in pg_stat_activity and in the logs who holds the connections.
  public static HikariDataSource open(String name, DatabaseConfig config) {
    var hikari = new HikariConfig();
    hikari.setPoolName(name);
    hikari.setJdbcUrl(config.url());
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setMinimumIdle(Math.min(2, config.poolSize()));
    hikari.setInitializationFailTimeout(-1);
    hikari.setConnectionTimeout(config.connectTimeout().toMillis());
    hikari.setValidationTimeout(Math.min(1_000, config.connectTimeout().toMillis()));
    hikari.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    hikari.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    driverProperties(hikari, name, config);
    return new HikariDataSource(hikari);
  }

  /// A connection that the pool does not count.
  static Connection connectBeside(HikariDataSource pool) throws SQLException {
    var properties = new Properties();
    properties.putAll(pool.getDataSourceProperties());
    Optional.ofNullable(pool.getUsername()).ifPresent(it -> properties.put("user", it));
    Optional.ofNullable(pool.getPassword()).ifPresent(it -> properties.put("password", it));
    return DriverManager.getConnection(pool.getJdbcUrl(), properties);
  }

  private static void driverProperties(HikariConfig hikari, String name, DatabaseConfig config) {
    Duration statement = config.statementTimeout();
    hikari.addDataSourceProperty("ApplicationName", name);
    hikari.addDataSourceProperty("connectTimeout", seconds(config.connectTimeout()));
    hikari.addDataSourceProperty("loginTimeout", seconds(config.connectTimeout()));
    hikari.addDataSourceProperty("socketTimeout", seconds(statement.plus(READ_SLACK)));
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
    hikari.addDataSourceProperty("options", "-c statement_timeout=" + statement.toMillis());
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
