package io.penstock.kit.database;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;

/// The database beans of a service that has `penstock.database.url`.
@Factory
@Requires(property = "penstock.database.url")
final class DatabaseFactory {

  @Singleton
  @Bean(preDestroy = "close")
  Database database(DatabaseConfig config, ServiceName service) {
    return Database.open(config, service.value());
  }

  @Singleton
  Jdbi jdbi(Database database) {
    return database.jdbi();
  }
}
