package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;

import io.penstock.demo.flights.Flight;
import io.penstock.demo.flights.FlightFeatures;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.suite.Streams;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Terminal;
import io.penstock.demo.training.Study;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc.FeatureServingServiceBlockingV2Stub;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesRequest;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesResponse;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Step 3: the features of January to March go to feature-service, and come back as training saw
/// them.
public final class FeatureStore {

  private static final int SAMPLES = 1_000;

  private final Story story;
  private final Terminal terminal;
  private final FeatureServingServiceBlockingV2Stub serving;

  public FeatureStore(Story story) {
    this.story = story;
    this.terminal = story.terminal();
    this.serving = story.suite().as(ADA, FeatureServingServiceGrpc::newBlockingV2Stub);
  }

  public FeatureFeed fill(Registered registered) {
    FeatureFeed feed = new FeatureFeed(story, registered.study().features(), registered.views());
    ingest(feed);
    quarantine(feed);
    readBack(registered);
    return feed;
  }

  private void ingest(FeatureFeed feed) {
    terminal.status("ingesting");
    Instant start = story.clock().instant();
    long rows = feed.publish(Study.TRAINING_FROM.minusDays(1), Study.LIVE_FROM.minusDays(1));
    Duration taken = Duration.between(start, story.clock().instant());
    terminal.passed(
        "%s rows ingested, validated and durable in %s"
            .formatted(Figures.count(rows), Figures.seconds(taken)));
  }

  private void quarantine(FeatureFeed feed) {
    IngestFeaturesResponse response = feed.publishNonsense();
    if (response.getQuarantined() != 1) {
      throw new StepFailed("a late rate of 1.7 was stored (expected: quarantined)");
    }
    terminal.refused(
        "a row that its schema forbids is quarantined: %s"
            .formatted(response.getExamples(0).getDetail()));
  }

  /// Every training row in the sample must come back as training had it, as of the minute its
  /// flight left.
  private void readBack(Registered registered) {
    List<Flight> flights = samples(registered.study());
    GetHistoricalFeaturesResponse response =
        Streams.converse(
                serving.getHistoricalFeatures(), List.of(question(flights, registered.views())))
            .getFirst();
    long different =
        IntStream.range(0, flights.size())
            .filter(row -> differs(registered.study().features(), flights.get(row), response, row))
            .count();
    if (different > 0) {
      throw new StepFailed(
          "%d of %d training rows read back differently".formatted(different, flights.size()));
    }
    terminal.passed(
        "%s training rows read back as of their departures: all equal, nothing from the future"
            .formatted(Figures.count(flights.size())));
  }

  private static List<Flight> samples(Study study) {
    List<Flight> flights = study.flights().between(Study.TRAINING_FROM, Study.LIVE_FROM);
    return IntStream.range(0, SAMPLES)
        .mapToObj(i -> flights.get((int) ((long) i * flights.size() / SAMPLES)))
        .toList();
  }

  private static GetHistoricalFeaturesRequest question(List<Flight> flights, Views views) {
    return GetHistoricalFeaturesRequest.newBuilder()
        .addQueries(query(views.origins(), flights, Flight::origin, FlightFeatures.ORIGIN_COLUMNS))
        .addQueries(query(views.routes(), flights, Flight::route, FlightFeatures.ROUTE_COLUMNS))
        .addAllTimes(
            flights.stream().map(flight -> FeatureRows.timestamp(flight.departedAt())).toList())
        .build();
  }

  private static FeatureQuery query(
      FeatureView view, List<Flight> flights, Function<Flight, String> key, List<String> columns) {
    return FeatureQuery.newBuilder()
        .setFeatureView(view.getName())
        .addAllFeatures(columns)
        .addAllEntityKeys(flights.stream().map(key).toList())
        .build();
  }

  /// The answer's columns are the last six of the model's.
  private static boolean differs(
      FlightFeatures features, Flight flight, GetHistoricalFeaturesResponse response, int row) {
    double[] expected = features.row(flight);
    int first = FlightFeatures.REQUEST_COLUMNS.size();
    return IntStream.range(first, expected.length)
        .anyMatch(
            column ->
                Double.compare(
                        expected[column], response.getColumns(column - first).getNumbers(row))
                    != 0);
  }
}
