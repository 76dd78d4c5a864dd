package io.penstock.monitoring.feedback;

import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import io.penstock.proto.monitoring.v1.RecordFeedbackResponse;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Feedback's part of `MonitoringService`.
@Singleton
public final class FeedbackGrpcAdapter {

  private final FeedbackIntake intake;
  private final Clock clock;

  FeedbackGrpcAdapter(FeedbackIntake intake, Clock clock) {
    this.intake = intake;
    this.clock = clock;
  }

  public RecordFeedbackResponse record(RecordFeedbackRequest request) {
    var labels = FeedbackRequestProtos.fromProto(request, clock.instant());
    return RecordFeedbackResponse.newBuilder().setAccepted(intake.accept(labels)).build();
  }
}
