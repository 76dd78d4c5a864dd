package io.penstock.monitoring.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.events.Topics;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.monitoring.alert.OthersAlerts;
import io.penstock.monitoring.feedback.FeedbackIngest;
import io.penstock.monitoring.prediction.PredictionIngest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The subscriptions to predictions, feedback and others' alerts, from the start of the service to
/// its end.
@Singleton
final class Consumers {

  static final String GROUP = "monitoring";

  private final EventLog log;
  private final PredictionIngest predictions;
  private final FeedbackIngest feedback;
  private final OthersAlerts alerts;
  private final MeterRegistry meters;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  Consumers(
      EventLog log,
      PredictionIngest predictions,
      FeedbackIngest feedback,
      OthersAlerts alerts,
      MeterRegistry meters) {
    this.log = log;
    this.predictions = predictions;
    this.feedback = feedback;
    this.alerts = alerts;
    this.meters = meters;
  }

  @EventListener
  void started(ServiceStarted event) {
    subscribe(Topics.PREDICTIONS, predictions);
    subscribe(Topics.FEEDBACK, feedback);
    subscribe(Topics.ALERTS, alerts);
  }

  private void subscribe(String topic, EventHandler handler) {
    var subscription = log.subscribe(topic, GROUP, handler);
    subscriptions.add(subscription);
    Gauge.builder("penstock.monitoring.lag", subscription, Subscription::lag)
        .tag("topic", topic)
        .description("Events of the topic that monitoring has not finished yet")
        .register(meters);
  }

  @EventListener
  void stopping(ServiceStopping event) {
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
  }
}
