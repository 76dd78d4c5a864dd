package io.penstock.demo.replay;

import com.google.protobuf.Timestamp;
import io.penstock.demo.flights.Flight;
import io.penstock.demo.replay.Outcome.Answer;
import io.penstock.proto.monitoring.v1.Feedback;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc.MonitoringServiceBlockingStub;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tells what became of the flights, a day after they were asked about.
public final class Labels {

  private static final Duration UNTIL_KNOWN = Duration.ofDays(1);

  private final MonitoringServiceBlockingStub monitoring;

  public Labels(MonitoringServiceBlockingStub monitoring) {
    this.monitoring = monitoring;
  }

  /// @param outcomes of one day
  public void record(List<Outcome> outcomes) {
    RecordFeedbackRequest request =
        RecordFeedbackRequest.newBuilder()
            .addAllFeedback(outcomes.stream().flatMap(Labels::labels).toList())
            .build();
    if (request.getFeedbackCount() > 0) {
      monitoring.recordFeedback(request);
    }
  }

  private static Stream<Feedback> labels(Outcome outcome) {
    return outcome instanceof Answer answer
        ? IntStream.range(0, answer.ask().flights().size()).mapToObj(row -> label(answer, row))
        : Stream.empty();
  }

  private static Feedback label(Answer answer, int row) {
    Flight flight = answer.ask().flights().get(row);
    return Feedback.newBuilder()
        .setPredictionId(answer.predictionId())
        .setRow(row)
        .setLabel(flight.late() ? 1 : 0)
        .setObservedAt(timestamp(flight.departedAt().plus(UNTIL_KNOWN)))
        .build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }
}
