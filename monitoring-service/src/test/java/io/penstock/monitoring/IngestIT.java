package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.monitoring.feedback.FeedbackIngest;
import io.penstock.monitoring.prediction.PredictionIngest;
import io.penstock.monitoring.version.Baselines;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsRequest;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.PerformanceWindow;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Every event counts once: out of order, repeated, in parallel, and across crashes.
class IngestIT {

  private static final long SEED = 77;
  private static final Instant APRIL = Instant.parse("2001-04-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension static final FakeRegistry registry = new FakeRegistry();

  @RegisterExtension
  static final ServiceExtension monitoring =
      ServiceExtension.of("monitoring")
          .with("penstock.peers.registry", registry::address)
          .with("penstock.monitoring.otlp-port", 0)
          .with("penstock.monitoring.window", "1h");

  private final Random random = new Random(SEED);

  @Test
  void handle_theSameBatchAgain_changesNothing() {
    var batch = batch("twice", 50);

    predictions().handle(Predictions.batch(events(batch)));
    predictions().handle(Predictions.batch(events(batch)));
    predictions().handle(Predictions.batch(events(batch.subList(10, 30))));

    assertThat(total("twice").getRequests()).isEqualTo(50);
    assertThat(bins("twice")).isEqualTo(50);
  }

  @Test
  void handle_labelsBeforeTheirPredictions_joinsThemWhenTheseCome() {
    var batch = batch("early", 40);
    feedback().handle(Predictions.batch(labels(batch, 1, APRIL)));
    assertThat(labelled("early")).isZero();

    predictions().handle(Predictions.batch(events(batch)));
    feedback().handle(Predictions.batch(labels(batch, 1, APRIL)));

    assertThat(labelled("early")).isEqualTo(40);
  }

  @Test
  void handle_aLabelThatIsCorrected_countsTheLaterObservation() {
    var batch = batch("corrected", 10);
    predictions().handle(Predictions.batch(events(batch)));
    feedback().handle(Predictions.batch(labels(batch, 0, APRIL)));
    feedback().handle(Predictions.batch(labels(batch, 1, APRIL.plusSeconds(60))));
    assertThat(total("corrected").getLabelRate()).isEqualTo(1);

    feedback().handle(Predictions.batch(labels(batch, 0, APRIL.plusSeconds(30))));

    assertThat(total("corrected").getLabels()).isEqualTo(10);
    assertThat(total("corrected").getLabelRate()).isEqualTo(1);
  }

  @Test
  void handle_eventsThatAreNone_leavesThemOut() {
    var good = batch("mixed", 1).getFirst();
    var badId = good.toBuilder().setPredictionId("17").build();
    var badVersion = good.toBuilder().setVersion("latest").build();
    var garbage =
        new Event("g", "x", "test", "k", Instant.EPOCH, new byte[] {-1, -1, -1}, Map.of());

    predictions()
        .handle(
            Predictions.batch(
                List.of(
                    garbage,
                    Predictions.event(badId),
                    Predictions.event(badVersion),
                    Predictions.event(good))));
    feedback().handle(Predictions.batch(List.of(garbage)));

    assertThat(total("mixed").getRequests()).isEqualTo(1);
  }

  @Test
  void handle_inParallelAndRepeated_countsEachOnce() throws Exception {
    int size = 2000;
    var batch = batch("parallel", size);
    var predictionEvents = shuffledTwice(events(batch));
    var labelEvents = shuffledTwice(labels(batch, APRIL));
    var work = new ArrayList<Callable<Void>>();
    for (int from = 0; from < 2 * size; from += 100) {
      var somePredictions = Predictions.batch(predictionEvents.subList(from, from + 100));
      var someLabels = Predictions.batch(labelEvents.subList(from, from + 100));
      work.add(() -> untilItWorks(() -> predictions().handle(somePredictions)));
      work.add(() -> untilItWorks(() -> feedback().handle(someLabels)));
    }
    Collections.shuffle(work, random);

    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var done : threads.invokeAll(work)) {
        done.get();
      }
    }

    var total = total("parallel");
    assertThat(total.getRequests()).as("seed %d", SEED).isEqualTo(size);
    assertThat(total.getLabels()).as("seed %d", SEED).isEqualTo(size);
    assertThat(total.getAuc()).isCloseTo(auc(batch), within(1e-3));
    assertThat(bins("parallel")).isEqualTo(size);
  }

  @Test
  void stream_whileConnectionsBreakAndTheServiceRestarts_losesAndDoublesNothing() throws Exception {
    int size = 3000;
    var batch = batch("crashes", size);
    var log = monitoring.bean(EventLog.class);
    log.append(Topics.FEEDBACK, labels(batch.subList(0, size / 2), APRIL));
    for (int from = 0; from < size; from += 500) {
      log.append(Topics.PREDICTIONS, events(batch.subList(from, from + 500)));
      PostgresExtension.shared().terminateConnections("monitoring%");
    }
    monitoring.stop();
    monitoring.start();
    monitoring
        .bean(EventLog.class)
        .append(Topics.FEEDBACK, labels(batch.subList(size / 2, size), APRIL));
    PostgresExtension.shared().terminateConnections("monitoring%");

    Eventually.become(SOON, () -> total("crashes").getLabels() >= size);
    assertThat(total("crashes").getLabels()).isEqualTo(size);
    assertThat(total("crashes").getRequests()).isEqualTo(size);
    assertThat(total("crashes").getAuc()).isCloseTo(auc(batch), within(1e-3));
    assertThat(bins("crashes")).isEqualTo(size);
  }

  @Test
  void stream_whileTheRegistryIsAway_waitsForABaselineItDoesNotKnow() throws Exception {
    var batch = batch("waiting", 20);
    registry.stop();
    monitoring.bean(EventLog.class).append(Topics.PREDICTIONS, events(batch));
    try {
      // Known versions are counted without asking.
      var known = batch("twice-known", 5);
      registry.start();
      predictions().handle(Predictions.batch(events(known)));
      registry.stop();
      predictions().handle(Predictions.batch(events(batch("twice-known", 5))));
      assertThat(requests("twice-known")).isEqualTo(10);
    } finally {
      registry.start();
    }

    Eventually.become(SOON, () -> bins("waiting") == 20);
  }

  private static Void untilItWorks(Runnable work) {
    for (int attempt = 0; ; attempt++) {
      try {
        work.run();
        return null;
      } catch (RuntimeException e) {
        // What a subscription does: the same batch again.
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  private List<PredictionEvent> batch(String model, int size) {
    registry.put(version(model));
    var predictions = Predictions.of(model, "1");
    var batch = new ArrayList<PredictionEvent>();
    for (int i = 0; i < size; i++) {
      batch.add(predictions.at(APRIL.plusSeconds(i), random.nextGaussian(), random.nextDouble()));
    }
    return batch;
  }

  private static ModelVersion version(String model) {
    double[] sample = new Random(SEED).doubles(1000, -3, 3).toArray();
    return ModelVersion.newBuilder()
        .setName("models/" + model + "/versions/1")
        .setBaselineProfile(
            DatasetProfile.newBuilder().addColumns(Baselines.numeric("x", sample, 10)))
        .build();
  }

  private static List<Event> events(List<PredictionEvent> batch) {
    return batch.stream().map(Predictions::event).toList();
  }

  private static List<Event> labels(List<PredictionEvent> batch, double label, Instant observed) {
    return batch.stream()
        .map(one -> Predictions.event(Predictions.label(one.getPredictionId(), label, observed)))
        .toList();
  }

  private static List<Event> labels(List<PredictionEvent> batch, Instant observed) {
    return batch.stream()
        .map(
            one ->
                Predictions.event(Predictions.label(one.getPredictionId(), truth(one), observed)))
        .toList();
  }

  // Follows the score somewhat, and is the same whenever asked.
  private static double truth(PredictionEvent event) {
    double noise = new Random(event.getPredictionId().hashCode()).nextDouble();
    return score(event) > noise ? 1 : 0;
  }

  private static double score(PredictionEvent event) {
    return event.getOutputs(0).getNumbers(0);
  }

  private static double auc(List<PredictionEvent> batch) {
    double ordered = 0;
    double pairs = 0;
    for (var positive : batch) {
      for (var negative : batch) {
        if (truth(positive) == 1 && truth(negative) == 0) {
          pairs++;
          ordered += score(positive) > score(negative) ? 1 : 0;
        }
      }
    }
    return ordered / pairs;
  }

  private List<Event> shuffledTwice(List<Event> events) {
    var twice = new ArrayList<>(events);
    twice.addAll(events);
    Collections.shuffle(twice, random);
    return twice;
  }

  private static PredictionIngest predictions() {
    return monitoring.bean(PredictionIngest.class);
  }

  private static FeedbackIngest feedback() {
    return monitoring.bean(FeedbackIngest.class);
  }

  private static PerformanceWindow total(String model) {
    return MonitoringServiceGrpc.newBlockingStub(monitoring.channel("ada", "viewer"))
        .listPerformanceWindows(
            ListPerformanceWindowsRequest.newBuilder()
                .setVersion("models/" + model + "/versions/1")
                .build())
        .getTotal();
  }

  private static long labelled(String model) {
    return sum("quality_window", "labels", model);
  }

  private static long requests(String model) {
    return sum("traffic_window", "requests", model);
  }

  /// Values in the bins of the feature.
  private static long bins(String model) {
    return sum("column_window", "(select sum(n) from unnest(counts) n)", model);
  }

  private static long sum(String table, String expression, String model) {
    return monitoring
        .bean(Jdbi.class)
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "select coalesce(sum(%s), 0) from %s join monitored_version using (version_id) where model = :model"
                            .formatted(expression, table))
                    .bind("model", model)
                    .mapTo(Long.class)
                    .one());
  }
}
