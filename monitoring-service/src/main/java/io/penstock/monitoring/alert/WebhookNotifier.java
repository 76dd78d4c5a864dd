package io.penstock.monitoring.alert;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.alert.WebhookQueue.Delivery;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts alerts to the webhook, each at least once or, when its tries are used up, not at all.
@Singleton
final class WebhookNotifier {

  private static final Logger log = LoggerFactory.getLogger(WebhookNotifier.class);
  private static final Backoff AFTER_ERRORS =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final Duration REST = Duration.ofMillis(500);
  private static final int AT_ONCE = 10;

  private final @Nullable URI url;
  private final WebhookConfig config;
  private final WebhookQueue queue;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Backoff retries;
  private @Nullable BackgroundLoop loop;
  private @Nullable HttpClient http;

  WebhookNotifier(
      MonitoringConfig monitoring,
      WebhookConfig config,
      WebhookQueue queue,
      Clock clock,
      MeterRegistry meters) {
    this.url = monitoring.webhookUrl();
    this.config = config;
    this.queue = queue;
    this.clock = clock;
    this.meters = meters;
    this.retries = new Backoff(config.firstRetry(), config.longestRetry());
  }

  @EventListener
  void started(ServiceStarted event) {
    URI target = url;
    if (target != null) {
      var client = HttpClient.newBuilder().connectTimeout(config.timeout()).build();
      http = client;
      loop = BackgroundLoop.start("alert webhook", AFTER_ERRORS, () -> deliver(client, target));
    }
  }

  @EventListener
  void stopping(ServiceStopping event) {
    if (loop != null) {
      loop.close();
    }
    if (http != null) {
      http.shutdownNow();
    }
  }

  private Duration deliver(HttpClient client, URI target) throws InterruptedException {
    int abandoned = queue.trim(config.backlog());
    if (abandoned > 0) {
      log.error("gave up {} alerts: more than {} wait for {}", abandoned, config.backlog(), target);
      count("abandoned", abandoned);
    }
    Duration lease = config.timeout().multipliedBy(AT_ONCE + 1L);
    var due = queue.take(clock.instant(), lease, AT_ONCE);
    for (var delivery : due) {
      post(client, target, delivery);
    }
    return due.size() == AT_ONCE ? Duration.ZERO : REST;
  }

  private void post(HttpClient client, URI target, Delivery delivery) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(target)
            .timeout(config.timeout())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(WebhookPayload.of(delivery)))
            .build();
    try {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      if (status / 100 == 2) {
        queue.delivered(delivery.sequence());
        count("delivered", 1);
      } else {
        failed(target, delivery, "answered " + status);
      }
    } catch (IOException e) {
      failed(target, delivery, e.toString());
    }
  }

  private void failed(URI target, Delivery delivery, String reason) {
    count("failed", 1);
    if (delivery.attempts() >= config.attempts()) {
      queue.abandon(delivery.sequence());
      count("abandoned", 1);
      log.error(
          "alert {} of models/{} was not delivered after {} tries: {} {}",
          delivery.kind(),
          delivery.model(),
          delivery.attempts(),
          target,
          reason);
    } else {
      queue.retry(delivery.sequence(), clock.instant().plus(retries.delay(delivery.attempts())));
      log.warn("alert webhook {} {}, try {}", target, reason, delivery.attempts());
    }
  }

  private void count(String outcome, int deliveries) {
    meters.counter("penstock.monitoring.webhook", "outcome", outcome).increment(deliveries);
  }
}
