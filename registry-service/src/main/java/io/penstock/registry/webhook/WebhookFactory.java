package io.penstock.registry.webhook;

import io.micronaut.context.annotation.Factory;
import io.penstock.registry.outbound.AddressGuard;
import jakarta.inject.Singleton;

/// Makes what is configured of what knows no configuration.
@Factory
final class WebhookFactory {

  @Singleton
  AddressGuard guard(WebhookConfig config) {
    return AddressGuard.of(config.allowPrivate(), config.allowedHosts());
  }

  @Singleton
  DeliveryPlan plan(WebhookConfig config) {
    return new DeliveryPlan(config.attempts(), config.firstRetry(), config.longestRetry());
  }
}
