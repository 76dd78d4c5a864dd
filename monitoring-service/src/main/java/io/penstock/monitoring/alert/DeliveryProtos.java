package io.penstock.monitoring.alert;

import io.penstock.monitoring.alert.WebhookQueue.Delivery;
import io.penstock.monitoring.window.TimeProtos;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.event.v1.Severity;
import java.time.Instant;

/// Deliveries from stored alert events.
final class DeliveryProtos {

  private DeliveryProtos() {}

  static Delivery fromBytes(long sequence, int attempts, byte[] bytes) {
    var alert = AlertProtos.fromBytes(bytes);
    var time = TimeProtos.instant(alert.getTime());
    return new Delivery(
        sequence,
        attempts,
        alert.getKind(),
        alert.getModel(),
        alert.getVersion(),
        alert.getSeverity() == Severity.SEVERITY_CRITICAL ? "critical" : "warning",
        alert.getDetailsOrDefault("column", ""),
        alert.getState() == AlertState.ALERT_STATE_FIRING,
        alert.getSummary(),
        alert.getDetailsMap(),
        time,
        Instant.parse(alert.getDetailsOrDefault("since", time.toString())));
  }
}
