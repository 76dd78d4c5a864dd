package io.penstock.monitoring.prediction;

import static io.penstock.monitoring.window.TimeProtos.instant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.kit.events.Event;
import io.penstock.monitoring.version.VersionName;
import io.penstock.monitoring.window.Variant;
import io.penstock.proto.event.v1.Column;
import io.penstock.proto.event.v1.PredictionEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Predictions from events of the topic `penstock.predictions`.
final class PredictionProtos {

  private PredictionProtos() {}

  /// Reads an event; an [IllegalArgumentException] says that it is none.
  static Prediction fromEvent(Event event) {
    try {
      return fromProto(PredictionEvent.parseFrom(event.payload()), event.time());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("payload is no PredictionEvent", e);
    }
  }

  private static Prediction fromProto(PredictionEvent event, Instant loggedAt) {
    Instant served = event.hasServedAt() ? instant(event.getServedAt()) : loggedAt;
    return new Prediction(
        UUID.fromString(event.getPredictionId()),
        version(event),
        Variant.of(event.getVariantValue()),
        event.getReleaseRevision(),
        event.hasOccurredAt() ? instant(event.getOccurredAt()) : served,
        served,
        event.getTraceId(),
        event.getRows(),
        columns(event.getFeaturesList()),
        columns(event.getOutputsList()),
        event.getLatencyUs(),
        !event.getErrorReason().isEmpty());
  }

  private static VersionName version(PredictionEvent event) {
    var name = "models/" + event.getModel() + "/versions/" + event.getVersion();
    return VersionName.find(event.getVersion())
        .or(() -> VersionName.find(name))
        .orElseThrow(() -> new IllegalArgumentException(name + " is no version"));
  }

  private static List<ColumnValues> columns(List<Column> columns) {
    return columns.stream()
        .map(
            column ->
                new ColumnValues(
                    column.getName(),
                    column.getNumbersList().stream().mapToDouble(Double::doubleValue).toArray(),
                    column.getCategoriesList()))
        .toList();
  }
}
