package io.penstock.monitoring.alert;

import static io.penstock.monitoring.window.TimeProtos.timestamp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.kit.events.Event;
import io.penstock.proto.event.v1.AlertEvent;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.event.v1.Severity;
import java.util.Map;
import java.util.UUID;

/// Alerts as events of the topic `penstock.alerts`.
final class AlertProtos {

  /// Who says so in our own events.
  static final String SOURCE = "penstock/monitoring";

  private static final String SUBJECT = "column";
  private static final String SINCE = "since";

  private AlertProtos() {}

  private static AlertEvent toProto(AlertNotification notification) {
    var reading = notification.reading();
    var event =
        AlertEvent.newBuilder()
            .setAlertId(notification.id().toString())
            .setTime(timestamp(notification.time()))
            .setModel(notification.model())
            .setVersion(notification.version())
            .setKind(reading.kind().name())
            .setSeverity(severity(reading))
            .setState(
                reading.firing() ? AlertState.ALERT_STATE_FIRING : AlertState.ALERT_STATE_RESOLVED)
            .setSummary(reading.summary())
            .putAllDetails(reading.details())
            .putDetails(SINCE, notification.since().toString())
            .setExemplarTraceId(reading.exemplarTraceId())
            .setWindowStart(timestamp(reading.window().start()))
            .setWindowEnd(timestamp(reading.window().end()));
    if (!reading.subject().isEmpty()) {
      event.putDetails(SUBJECT, reading.subject());
    }
    return event.build();
  }

  /// The event with the alert's own id, by which a consumer takes it once.
  static Event toEvent(AlertNotification notification) {
    var alert = toProto(notification);
    return new Event(
        alert.getAlertId(),
        AlertEvent.getDescriptor().getFullName(),
        SOURCE,
        "models/" + alert.getModel() + "/versions/" + alert.getVersion(),
        notification.time(),
        alert.toByteArray(),
        Map.of());
  }

  /// Reads another service's alert; whatever is none is an illegal argument.
  static OthersAlert othersAlert(Event event) {
    try {
      var alert = AlertEvent.parseFrom(event.payload());
      return new OthersAlert(
          UUID.fromString(alert.getAlertId()), alert.getModel(), alert.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no AlertEvent: " + e.getMessage(), e);
    }
  }

  static AlertEvent fromBytes(byte[] bytes) {
    try {
      return AlertEvent.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored alert is no AlertEvent", e);
    }
  }

  private static Severity severity(AlertReading reading) {
    return switch (reading.severity()) {
      case WARNING -> Severity.SEVERITY_WARNING;
      case CRITICAL -> Severity.SEVERITY_CRITICAL;
    };
  }
}
