package io.penstock.kit.service;

import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Clock;

/// The beans that stand for the outside world. Those of time give way to a test's own.
@Factory
final class ServiceFactory {

  @Singleton
  ServiceName name(@Value("${penstock.service}") String service) {
    return new ServiceName(service);
  }

  @Singleton
  @Secondary
  Clock clock() {
    return Clock.systemUTC();
  }

  @Singleton
  @Secondary
  Ticker ticker() {
    return System::nanoTime;
  }

  @Singleton
  HealthStatusManager health() {
    return new HealthStatusManager();
  }
}
