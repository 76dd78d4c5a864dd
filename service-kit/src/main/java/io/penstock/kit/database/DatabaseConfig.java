package io.penstock.kit.database;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// Where the service's own PostgreSQL database is and how many connections it may hold.
@ConfigurationProperties("penstock.database")
@Requires(property = "penstock.database.url")
public record DatabaseConfig(
    String url,
    @Bindable(defaultValue = "penstock") String user,
    @Bindable(defaultValue = "") String password,
    @Bindable(defaultValue = "10") int poolSize,
    @Bindable(defaultValue = "2s") Duration connectTimeout,
    @Bindable(defaultValue = "30s") Duration statementTimeout) {

  public DatabaseConfig {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "penstock.database.url was '" + url + "', expected jdbc:postgresql://host:port/database");
    }
    if (poolSize < 2) {
      throw new IllegalArgumentException(
          "penstock.database.pool-size was " + poolSize + ", expected at least 2");
    }
    requireAtLeast("connect-timeout", connectTimeout, Duration.ofMillis(250));
    requireAtLeast("statement-timeout", statementTimeout, Duration.ofSeconds(1));
  }

  /// The defaults for everything but the address.
  public static DatabaseConfig of(String url, String user, String password) {
    return new DatabaseConfig(
        url, user, password, 10, Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  private static void requireAtLeast(String key, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "penstock.database." + key + " was " + value + ", expected at least " + least);
    }
  }
}
