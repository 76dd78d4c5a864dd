package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;

import io.penstock.demo.flights.DayStats;
import io.penstock.demo.flights.FlightFeatures;
import io.penstock.demo.flights.TrailingStats;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.suite.Streams;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc.FeatureIngestionServiceBlockingStub;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc.FeatureIngestionServiceBlockingV2Stub;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.IngestFeaturesRequest;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.feature.v1.PushFeaturesRequest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Publishes the statistics of days: many at once as a stream, or the one that just ended.
public final class FeatureFeed {

  private static final int ROWS_A_MESSAGE = 2_000;

  private final FeatureIngestionServiceBlockingV2Stub stream;
  private final FeatureIngestionServiceBlockingStub push;
  private final FlightFeatures features;
  private final Views views;

  public FeatureFeed(Story story, FlightFeatures features, Views views) {
    this.stream = story.suite().as(ADA, FeatureIngestionServiceGrpc::newBlockingV2Stub);
    this.push = story.suite().as(ADA, FeatureIngestionServiceGrpc::newBlockingStub);
    this.features = features;
    this.views = views;
  }

  /// @return rows stored
  long publish(LocalDate from, LocalDate before) {
    return publish(
            views.origins(), days(features.origins(), from, before), FlightFeatures.ORIGIN_COLUMNS)
        + publish(
            views.routes(), days(features.routes(), from, before), FlightFeatures.ROUTE_COLUMNS);
  }

  /// Publishes one day, after it ended.
  public void publish(LocalDate day) {
    push(views.origins(), features.origins().endingOn(day), FlightFeatures.ORIGIN_COLUMNS);
    push(views.routes(), features.routes().endingOn(day), FlightFeatures.ROUTE_COLUMNS);
  }

  /// One row that its schema forbids.
  IngestFeaturesResponse publishNonsense() {
    FeatureRow row =
        FeatureRows.of(
            new DayStats("ATL", LocalDate.of(2001, 1, 1), 10, 17, 0),
            FlightFeatures.ORIGIN_COLUMNS);
    return push.pushFeatures(request(views.origins(), List.of(row)));
  }

  private long publish(FeatureView view, Stream<DayStats> stats, List<String> columns) {
    List<FeatureRow> rows = stats.map(day -> FeatureRows.of(day, columns)).toList();
    List<IngestFeaturesRequest> messages = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += ROWS_A_MESSAGE) {
      messages.add(
          IngestFeaturesRequest.newBuilder()
              .setFeatureView(view.getName())
              .addAllRows(rows.subList(from, Math.min(rows.size(), from + ROWS_A_MESSAGE)))
              .build());
    }
    return Streams.converse(stream.ingestFeatures(), messages).stream()
        .mapToLong(FeatureFeed::accepted)
        .sum();
  }

  private void push(FeatureView view, Stream<DayStats> stats, List<String> columns) {
    List<FeatureRow> rows = stats.map(day -> FeatureRows.of(day, columns)).toList();
    accepted(push.pushFeatures(request(view, rows)));
  }

  private static long accepted(IngestFeaturesResponse response) {
    if (response.getQuarantined() > 0) {
      throw new StepFailed(
          "%d feature rows quarantined: %s"
              .formatted(response.getQuarantined(), response.getExamples(0).getDetail()));
    }
    return response.getAccepted();
  }

  private static PushFeaturesRequest request(FeatureView view, List<FeatureRow> rows) {
    return PushFeaturesRequest.newBuilder().setFeatureView(view.getName()).addAllRows(rows).build();
  }

  private static Stream<DayStats> days(TrailingStats stats, LocalDate from, LocalDate before) {
    return from.datesUntil(before).flatMap(stats::endingOn);
  }
}
