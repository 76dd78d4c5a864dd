package io.penstock.monitoring;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.StoredEvent;
import io.penstock.monitoring.window.TimeProtos;
import io.penstock.proto.event.v1.Column;
import io.penstock.proto.event.v1.FeedbackEvent;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.event.v1.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Prediction and feedback events as inference and callers make them.
public final class Predictions {

  private final String model;
  private final String version;
  private Variant variant = Variant.VARIANT_PRIMARY;
  private long revision = 1;

  private Predictions(String model, String version) {
    this.model = model;
    this.version = version;
  }

  public static Predictions of(String model, String version) {
    return new Predictions(model, version);
  }

  public Predictions as(Variant role, long releaseRevision) {
    variant = role;
    revision = releaseRevision;
    return this;
  }

  /// A prediction of one row with one feature.
  public PredictionEvent at(Instant occurredAt, double feature, double score) {
    return PredictionEvent.newBuilder()
        .setPredictionId(UUID.randomUUID().toString())
        .setModel(model)
        .setVersion(version)
        .setVariant(variant)
        .setReleaseRevision(revision)
        .setOccurredAt(TimeProtos.timestamp(occurredAt))
        .setServedAt(TimeProtos.timestamp(Instant.parse("2026-07-01T00:00:00Z")))
        .setRows(1)
        .setLatencyUs(1500)
        .addFeatures(Column.newBuilder().setName("x").addNumbers(feature))
        .addOutputs(Column.newBuilder().setName("probability").addNumbers(score))
        .build();
  }

  public static FeedbackEvent label(String predictionId, double label, Instant observedAt) {
    return FeedbackEvent.newBuilder()
        .setFeedbackId(UUID.randomUUID().toString())
        .setPredictionId(predictionId)
        .setLabel(label)
        .setObservedAt(TimeProtos.timestamp(observedAt))
        .build();
  }

  public static Event event(PredictionEvent prediction) {
    return Event.of("penstock/inference", prediction.getModel(), Instant.EPOCH, prediction);
  }

  public static Event event(FeedbackEvent feedback) {
    return Event.of("penstock/monitoring", feedback.getPredictionId(), Instant.EPOCH, feedback);
  }

  /// Events as a subscription delivers them.
  public static List<StoredEvent> batch(List<Event> events) {
    var batch = new ArrayList<StoredEvent>();
    events.forEach(event -> batch.add(new StoredEvent(batch.size(), 0, event)));
    return batch;
  }
}
