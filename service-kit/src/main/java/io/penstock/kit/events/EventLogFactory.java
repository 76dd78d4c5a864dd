package io.penstock.kit.events;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.penstock.kit.events.kafka.KafkaEventLog;
import io.penstock.kit.events.postgres.PostgresEventLog;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;

/// The event log bean, made when something first asks for it: a service without events never
/// connects.
@Factory
final class EventLogFactory {

  @Singleton
  @Bean(preDestroy = "close")
  EventLog eventLog(EventsConfig config, ServiceName service) {
    return switch (config.type()) {
      case POSTGRES -> PostgresEventLog.open(config, service.value());
      case KAFKA -> KafkaEventLog.open(config, service.value());
      case MEMORY -> new InMemoryEventLog();
    };
  }
}
