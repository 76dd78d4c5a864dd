package io.penstock.registry.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.webhook.DeliveryLog.Backlog;
import io.penstock.registry.webhook.DeliveryPlan.Step;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what waits: one loop claims, a virtual thread a delivery sends and notes the outcome.
@Singleton
final class Deliveries {

  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(5);
  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(10);

  private final Jdbi jdbi;
  private final WebhookSender sender;
  private final DeliveryPlan plan;
  private final WebhookConfig config;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Semaphore places;
  private final Map<UUID, Integer> underWay = new ConcurrentHashMap<>();
  private volatile Backlog backlog = new Backlog(0, 0, 0);
  private volatile @Nullable BackgroundLoop sending;
  private @Nullable BackgroundLoop counting;
  private @Nullable BackgroundLoop sweeping;

  Deliveries(
      Jdbi jdbi,
      WebhookSender sender,
      DeliveryPlan plan,
      WebhookConfig config,
      Clock clock,
      MeterRegistry meters) {
    this.jdbi = jdbi;
    this.sender = sender;
    this.plan = plan;
    this.config = config;
    this.clock = clock;
    this.meters = meters;
    this.places = new Semaphore(config.concurrency());
  }

  @EventListener
  void start(ServiceStarted started) {
    register();
    sending = BackgroundLoop.start("webhook-deliveries", BACKOFF, this::round);
    counting = BackgroundLoop.start("webhook-backlog", BACKOFF, this::count);
    sweeping = BackgroundLoop.start("webhook-sweep", BACKOFF, this::sweep);
  }

  private void register() {
    Gauge.builder("penstock.webhooks.backlog", this, self -> self.backlog.pending())
        .description("Deliveries that wait")
        .register(meters);
    Gauge.builder("penstock.webhooks.oldest.seconds", this, self -> self.backlog.oldestSeconds())
        .description("Age of the oldest of them")
        .register(meters);
    Gauge.builder("penstock.webhooks.dead", this, self -> self.backlog.dead())
        .description("Dead letters")
        .register(meters);
  }

  /// What is under way may end; what does not is sent again by another replica, or after the start.
  @EventListener
  void stop(ServiceStopping stopping) throws InterruptedException {
    close(sending);
    close(counting);
    close(sweeping);
    if (!places.tryAcquire(
        config.concurrency(), config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn("{} webhook deliveries are under way still; they will be repeated", underWay.size());
    }
  }

  private static void close(@Nullable BackgroundLoop loop) {
    if (loop != null) {
      loop.close();
    }
  }

  /// Says that something was committed that may be due.
  void wake() {
    var running = sending;
    if (running != null) {
      running.wake();
    }
  }

  // Whoever ends a delivery wakes this loop, so that without a free place there is nothing to do.
  private Duration round() {
    int free = places.availablePermits();
    if (free == 0) {
      return config.pollInterval();
    }
    var busy =
        underWay.entrySet().stream()
            .filter(entry -> entry.getValue() >= config.share())
            .map(Map.Entry::getKey)
            .toList();
    var claimed =
        jdbi.inTransaction(
            handle ->
                DeliveryQueue.claim(
                    handle, clock.instant(), config.lease(), free, config.share(), busy));
    claimed.forEach(this::begin);
    return claimed.isEmpty() ? config.pollInterval() : Duration.ZERO;
  }

  private void begin(Delivery delivery) {
    places.acquireUninterruptibly();
    underWay.merge(delivery.webhook(), 1, Integer::sum);
    Thread.ofVirtual().name("webhook-delivery").start(() -> deliver(delivery));
  }

  private void deliver(Delivery delivery) {
    try {
      var timing = Timer.start(meters);
      var outcome =
          sender.send(
              delivery.url(),
              delivery.webhook(),
              delivery.id(),
              delivery.secret(),
              delivery.body());
      var step = plan.after(outcome, delivery.attempt(), ThreadLocalRandom.current().nextDouble());
      timing.stop(timer(step));
      settle(delivery, outcome, step);
    } catch (RuntimeException e) {
      log.warn("{} is repeated when its claim has run out", delivery, e);
    } finally {
      underWay.computeIfPresent(delivery.webhook(), (_, count) -> count == 1 ? null : count - 1);
      places.release();
      wake();
    }
  }

  private void settle(Delivery delivery, Outcome outcome, Step step) {
    boolean noted =
        jdbi.inTransaction(
            handle -> DeliveryQueue.settle(handle, clock.instant(), delivery, outcome, step));
    if (!noted) {
      log.warn("{} took longer than its claim and may arrive twice", delivery);
    } else if (step instanceof Step.Dead(var reason)) {
      log.warn("{} is given up after attempt {}: {}", delivery, delivery.attempt(), reason);
    }
  }

  private Timer timer(Step step) {
    return Timer.builder("penstock.webhooks.attempt.seconds")
        .description("Attempts to deliver, by what followed")
        .tag("outcome", outcomeOf(step))
        .register(meters);
  }

  private static String outcomeOf(Step step) {
    return switch (step) {
      case Step.Done() -> "delivered";
      case Step.Retry _ -> "retry";
      case Step.Dead _ -> "dead";
    };
  }

  private Duration count() {
    backlog = jdbi.withHandle(handle -> DeliveryLog.backlog(handle, clock.instant()));
    return BETWEEN_COUNTS;
  }

  private Duration sweep() {
    var before = clock.instant().minus(config.keepDelivered());
    boolean more = jdbi.inTransaction(handle -> DeliveryLog.sweep(handle, before));
    return more ? Duration.ZERO : BETWEEN_SWEEPS;
  }
}
