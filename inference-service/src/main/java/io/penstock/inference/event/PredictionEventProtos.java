package io.penstock.inference.event;

import com.google.protobuf.Timestamp;
import io.penstock.inference.serving.VariantProtos;
import io.penstock.kit.events.Event;
import io.penstock.proto.event.v1.PredictionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Prediction records as events on the log.
final class PredictionEventProtos {

  private PredictionEventProtos() {}

  /// The event, whose id is the prediction's, so that one written twice is known.
  static Event toEvent(PredictionRecord prediction, PredictionEventsConfig config) {
    return new Event(
        prediction.predictionId(),
        PredictionEvent.getDescriptor().getFullName(),
        "penstock/inference",
        "models/" + prediction.model(),
        prediction.servedAt(),
        toProto(prediction, config).toByteArray(),
        Map.of());
  }

  static PredictionEvent toProto(PredictionRecord prediction, PredictionEventsConfig config) {
    var event =
        PredictionEvent.newBuilder()
            .setPredictionId(prediction.predictionId())
            .setRequestId(prediction.requestId())
            .setModel(prediction.model())
            .setVersion(prediction.version())
            .setVariant(VariantProtos.toProto(prediction.variant()))
            .setOccurredAt(toProto(prediction.occurredAt()))
            .setServedAt(toProto(prediction.servedAt()))
            .setTraceId(prediction.traceId())
            .setPrincipal(prediction.principal())
            .setRows(prediction.rows())
            .setLatencyUs(micros(prediction.latencyNanos()))
            .setQueueUs(micros(prediction.queueNanos()))
            .setComputeUs(micros(prediction.computeNanos()))
            .setBatchSize(prediction.batchRows())
            .setErrorReason(prediction.errorReason())
            .setReleaseRevision(prediction.releaseRevision());
    if (ColumnProtos.values(prediction.inputs()) + ColumnProtos.values(prediction.outputs())
        <= config.maxValues()) {
      addColumns(prediction, event, config.maxColumns());
    }
    return event.build();
  }

  private static void addColumns(
      PredictionRecord prediction, PredictionEvent.Builder event, int maxColumns) {
    var columns = new ColumnProtos(prediction.rows(), maxColumns);
    event
        .addAllFeatures(
            columns.of(prediction.inputs(), prediction.boundInput(), prediction.columnNames()))
        .addAllOutputs(columns.of(prediction.outputs(), "", List.of()));
  }

  private static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }
}
