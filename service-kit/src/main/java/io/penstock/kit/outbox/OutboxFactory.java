package io.penstock.kit.outbox;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jdbi.v3.core.Jdbi;

/// The outbox of a service that has a database.
@Factory
@Requires(property = "penstock.database.url")
final class OutboxFactory {

  @Singleton
  Changes changes(Jdbi jdbi, ServiceName service, Clock clock) {
    return new Changes(jdbi, service.value(), clock);
  }
}
