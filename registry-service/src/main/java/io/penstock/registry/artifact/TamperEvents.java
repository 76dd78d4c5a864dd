package io.penstock.registry.artifact;

import io.penstock.kit.events.Event;
import io.penstock.proto.event.v1.AlertEvent;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.event.v1.Severity;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.TamperedArtifacts.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Alarms about altered artifacts as events of the topic `penstock.alerts`.
final class TamperEvents {

  private static final String KIND = "ARTIFACT_TAMPERED";

  private TamperEvents() {}

  static Event firing(ArtifactDigest digest, List<Version> versions, String detail, Instant time) {
    return event(digest, versions, detail, AlertState.ALERT_STATE_FIRING, time);
  }

  static Event resolved(ArtifactDigest digest, List<Version> versions, Instant time) {
    var detail = "the bytes were stored anew";
    return event(digest, versions, detail, AlertState.ALERT_STATE_RESOLVED, time);
  }

  // The alert names the first version; all of them are among its details.
  private static Event event(
      ArtifactDigest digest,
      List<Version> versions,
      String detail,
      AlertState state,
      Instant time) {
    var alert =
        AlertEvent.newBuilder()
            .setAlertId(UUID.randomUUID().toString())
            .setTime(Times.toProto(time))
            .setKind(KIND)
            .setSeverity(Severity.SEVERITY_CRITICAL)
            .setState(state)
            .setSummary(digest.name() + ": " + detail)
            .putDetails("artifact", digest.name())
            .putDetails("versions", Version.names(versions));
    versions.stream()
        .findFirst()
        .ifPresent(
            first -> alert.setModel(first.model()).setVersion(String.valueOf(first.number())));
    return new Event(
        alert.getAlertId(),
        AlertEvent.getDescriptor().getFullName(),
        "penstock/registry",
        digest.name(),
        time,
        alert.build().toByteArray(),
        Map.of());
  }
}
