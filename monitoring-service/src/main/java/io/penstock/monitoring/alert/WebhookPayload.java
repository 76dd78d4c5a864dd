package io.penstock.monitoring.alert;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.penstock.monitoring.alert.WebhookQueue.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// One alert in the format of Alertmanager's webhook, version 4, so that its receivers understand
/// it.
///
/// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
final class WebhookPayload {

  // How Alertmanager writes that an alert has not ended.
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private WebhookPayload() {}

  static String of(Delivery delivery) {
    var labels = labels(delivery);
    var annotations = new JsonObject();
    annotations.addProperty("summary", delivery.summary());
    delivery.details().forEach(annotations::addProperty);
    var alerts = new JsonArray();
    alerts.add(alert(delivery, labels, annotations));
    var payload = new JsonObject();
    payload.addProperty("version", "4");
    payload.addProperty("groupKey", "{}:" + labels);
    payload.addProperty("truncatedAlerts", 0);
    payload.addProperty("status", status(delivery));
    payload.addProperty("receiver", "penstock");
    payload.add("groupLabels", labels);
    payload.add("commonLabels", labels);
    payload.add("commonAnnotations", annotations);
    payload.addProperty("externalURL", "");
    payload.add("alerts", alerts);
    return payload.toString();
  }

  private static JsonObject alert(Delivery delivery, JsonObject labels, JsonObject annotations) {
    var alert = new JsonObject();
    alert.addProperty("status", status(delivery));
    alert.add("labels", labels);
    alert.add("annotations", annotations);
    alert.addProperty("startsAt", delivery.since().toString());
    alert.addProperty("endsAt", delivery.firing() ? NEVER : delivery.time().toString());
    alert.addProperty("generatorURL", "");
    alert.addProperty("fingerprint", fingerprint(labels));
    return alert;
  }

  private static JsonObject labels(Delivery delivery) {
    var labels = new JsonObject();
    new TreeMap<>(
            Map.of(
                "alertname", delivery.kind(),
                "model", delivery.model(),
                "version", delivery.version(),
                "severity", delivery.severity(),
                "column", delivery.column()))
        .forEach(
            (name, value) -> {
              if (!value.isEmpty()) {
                labels.addProperty(name, value);
              }
            });
    return labels;
  }

  // The same for every notification of one alert.
  private static String fingerprint(JsonObject labels) {
    byte[] bytes = labels.toString().getBytes(StandardCharsets.UTF_8);
    return "%016x".formatted(UUID.nameUUIDFromBytes(bytes).getMostSignificantBits());
  }

  private static String status(Delivery delivery) {
    return delivery.firing() ? "firing" : "resolved";
  }
}
