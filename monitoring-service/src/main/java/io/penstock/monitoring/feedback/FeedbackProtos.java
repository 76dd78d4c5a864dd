package io.penstock.monitoring.feedback;

import static io.penstock.monitoring.window.TimeProtos.instant;
import static io.penstock.monitoring.window.TimeProtos.timestamp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.kit.events.Event;
import io.penstock.monitoring.feedback.Label.LabelKey;
import io.penstock.proto.event.v1.FeedbackEvent;
import io.penstock.proto.monitoring.v1.Feedback;
import java.time.Instant;
import java.util.UUID;

/// Labels on the wire: as callers send them, and as events of the topic `penstock.feedback`.
public final class FeedbackProtos {

  static final String SOURCE = "penstock/monitoring";

  private FeedbackProtos() {}

  static Label fromProto(Feedback feedback, UUID predictionId, Instant now) {
    return new Label(
        new LabelKey(predictionId, feedback.getRow()),
        feedback.getLabel(),
        feedback.hasObservedAt() ? instant(feedback.getObservedAt()) : now);
  }

  static Event toEvent(Label label, Instant now) {
    var key = label.key();
    var event =
        FeedbackEvent.newBuilder()
            .setFeedbackId(UUID.randomUUID().toString())
            .setPredictionId(key.predictionId().toString())
            .setRow(key.row())
            .setLabel(label.value())
            .setObservedAt(timestamp(label.observedAt()))
            .build();
    return Event.of(SOURCE, key.predictionId().toString(), now, event);
  }

  /// Reads an event; an [IllegalArgumentException] says that it is none.
  static Label fromEvent(Event event) {
    try {
      return fromProto(FeedbackEvent.parseFrom(event.payload()), event.time());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("payload is no FeedbackEvent", e);
    }
  }

  private static Label fromProto(FeedbackEvent event, Instant loggedAt) {
    if (!Double.isFinite(event.getLabel()) || event.getRow() < 0) {
      throw new IllegalArgumentException(
          "label %s of row %s".formatted(event.getLabel(), event.getRow()));
    }
    return new Label(
        new LabelKey(UUID.fromString(event.getPredictionId()), event.getRow()),
        event.getLabel(),
        event.hasObservedAt() ? instant(event.getObservedAt()) : loggedAt);
  }
}
