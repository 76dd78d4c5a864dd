package io.penstock.registry.lifecycle;

import io.penstock.kit.events.Event;
import io.penstock.proto.event.v1.AlertEvent;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.event.v1.Severity;
import io.penstock.registry.Times;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.ModelVersion.Retirement;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// What is told of versions that serve after their time.
final class RetirementEvents {

  private static final String KIND = "VERSION_OVERDUE";

  private RetirementEvents() {}

  static Event overdue(ModelVersion version, Instant now) {
    return event(version, now, AlertState.ALERT_STATE_FIRING, "still serves after its retirement");
  }

  static Event resolved(ModelVersion version, Instant now) {
    return event(version, now, AlertState.ALERT_STATE_RESOLVED, "needs no attention any more");
  }

  private static Event event(ModelVersion version, Instant now, AlertState state, String words) {
    var id = UUID.randomUUID().toString();
    var alert =
        AlertEvent.newBuilder()
            .setAlertId(id)
            .setTime(Times.toProto(now))
            .setModel(version.name().model())
            .setVersion(String.valueOf(version.name().number()))
            .setKind(KIND)
            .setSeverity(Severity.SEVERITY_WARNING)
            .setState(state)
            .setSummary("%s %s".formatted(version.name(), words));
    version.retirement().ifPresent(retirement -> describe(alert, retirement));
    return new Event(
        id,
        "penstock.alert",
        "penstock/registry",
        version.name().model(),
        now,
        alert.build().toByteArray(),
        Map.of());
  }

  private static void describe(AlertEvent.Builder alert, Retirement retirement) {
    alert
        .putDetails("retire_time", retirement.time().toString())
        .putDetails("reason", retirement.reason());
  }
}
