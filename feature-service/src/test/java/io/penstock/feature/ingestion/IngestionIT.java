package io.penstock.feature.ingestion;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.number;
import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.row;
import static io.penstock.feature.FeatureClient.text;
import static io.penstock.feature.FeatureClient.time;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.IngestFeaturesRequest;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.feature.v1.QuarantinedRow;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IngestionIT {

  @RegisterExtension static final ServiceExtension features = ServiceExtension.of("feature");

  private static final FeatureSpec RATE =
      feature("x", VALUE_TYPE_DOUBLE).toBuilder().setMin(0).setMax(1).build();

  static FeatureClient client;

  @BeforeAll
  static void connect() {
    client = new FeatureClient(features.channel("ada", "data-scientist"));
  }

  @Test
  void push_goodAndBadRows() {
    String view = client.createView(RATE);

    IngestFeaturesResponse response =
        client.push(
            view,
            row("a", 1, 0.5),
            row("b", 1, 1.7),
            row("", 1, 0.1),
            row("c", 1, Map.of("y", number(1), "x", text("high"))));

    assertThat(response.getAccepted()).isEqualTo(1);
    assertThat(response.getQuarantined()).isEqualTo(3);
    assertThat(response.getExamplesList())
        .extracting(QuarantinedRow::getReason)
        .containsExactlyInAnyOrder("VALUE_OUT_OF_RANGE", "ENTITY_KEY_MISSING", "VALUE_TYPE_WRONG");
    assertThat(client.online(query(view, "a", "b")).getColumns(0).getNumbersList())
        .containsExactly(0.5, Double.NaN);
  }

  @Test
  void stream_answersEveryMessage_inOrder() throws Exception {
    String view = client.createView(RATE);
    var call = openStream();

    for (int i = 1; i <= 20; i++) {
      call.write(message(view, i));
      assertThat(call.read().getAccepted()).isEqualTo(i);
    }
    call.halfClose();

    assertThat(call.read()).isNull();
    assertThat(rowsOf("feature_history", view)).isEqualTo(20 * 21 / 2);
  }

  private static IngestFeaturesRequest message(String view, int rows) {
    var request = IngestFeaturesRequest.newBuilder().setFeatureView(view);
    for (int i = 0; i < rows; i++) {
      request.addRows(row("m" + rows + "r" + i, 1, 0.5));
    }
    return request.build();
  }

  // The window of the kit and that of HTTP/2, 4 MiB, fill; then the sender waits. It gets so far
  // ahead of the answers and no further.
  @Test
  void stream_holdsBackAFastSender() {
    String view = client.createView(RATE);
    IngestFeaturesRequest large = message(view, 2000);
    var call = openStream();

    try (Handle lock = features.bean(Jdbi.class).open()) {
      lock.begin();
      lock.execute("lock table feature_history");
      assertThat((long) writtenUntilHeldBack(call, large) * large.getSerializedSize())
          .isLessThan(6L << 20);
      lock.rollback();
    }
    call.cancel("enough", null);
  }

  private static int writtenUntilHeldBack(
      BlockingClientCall<IngestFeaturesRequest, IngestFeaturesResponse> call,
      IngestFeaturesRequest message) {
    int written = 0;
    try {
      while (written < 500 && call.write(message, 1, TimeUnit.SECONDS)) {
        written++;
      }
      throw new AssertionError("not held back after " + written + " messages");
    } catch (TimeoutException heldBack) {
      return written;
    } catch (InterruptedException | StatusException e) {
      throw new AssertionError(e);
    }
  }

  private static BlockingClientCall<IngestFeaturesRequest, IngestFeaturesResponse> openStream() {
    return FeatureIngestionServiceGrpc.newBlockingV2Stub(features.channel("ada", "data-scientist"))
        .ingestFeatures();
  }

  @Test
  void stream_anotherView() throws Exception {
    String first = client.createView(RATE);
    String second = client.createView(RATE);
    var call = openStream();
    call.write(message(first, 1));
    call.read();
    call.write(message(second, 1));

    assertThatThrownBy(call::read)
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations().getFirst().field()).isEqualTo("feature_view")));
  }

  @Test
  void push_tooManyRows() {
    String view = client.createView(RATE);
    var rows = new FeatureRow[5001];
    Arrays.setAll(rows, i -> row("k" + i, 1, 0.5));

    assertThatThrownBy(() -> client.push(view, rows))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations().getFirst().description())
                        .isEqualTo("are 5001, expected at most 5000 a message")));
  }

  @Test
  void push_unknownView() {
    assertThatThrownBy(() -> client.push("featureViews/none", row("a", 1, 0.5)))
        .satisfies(Failures.with(Code.NOT_FOUND, "FEATURE_VIEW_NOT_FOUND"));
  }

  @Test
  void push_withoutPermission() {
    String view = client.createView(RATE);
    var app = new FeatureClient(features.channel("app", "client"));

    assertThatThrownBy(() -> app.push(view, row("a", 1, 0.5)))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  // Writers of the same keys with overlapping, repeated and late rows: no deadlock, each row stored
  // once, the latest wins.
  @Test
  void concurrentWriters_ofTheSameKeys() throws Exception {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    long seed = 42;
    var random = new Random(seed);
    List<Future<?>> writers = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        FeatureRow[] rows = randomRows(random);
        writers.add(executor.submit(() -> client.push(view, rows)));
        writers.add(executor.submit(() -> client.push(view, rows)));
      }
    }
    for (Future<?> writer : writers) {
      writer.get();
    }

    assertThat(rowsOf("feature_history", view)).isEqualTo(KEYS * TIMES);
    String[] keys = IntStream.range(0, KEYS).mapToObj(i -> "k" + i).toArray(String[]::new);
    assertThat(client.online(query(view, keys)).getColumns(0).getNumbersList())
        .containsOnly((double) TIMES - 1);
  }

  private static final int KEYS = 20;
  private static final int TIMES = 30;

  // Every fact with one value; half of all facts in each message, in random order.
  private static FeatureRow[] randomRows(Random random) {
    List<FeatureRow> rows = new ArrayList<>();
    for (int i = 0; i < KEYS * TIMES; i++) {
      if (random.nextBoolean()) {
        rows.add(row("k" + i % KEYS, i / KEYS, i / KEYS));
      }
    }
    Collections.shuffle(rows, random);
    return rows.toArray(FeatureRow[]::new);
  }

  @Test
  void sameMessageTwice_withoutKnownTime_isStoredOnce() {
    String view = client.createView(RATE);
    FeatureRow row = row("a", 1, 0.5).toBuilder().clearKnownTime().build();

    client.push(view, row);
    assertThat(client.push(view, row).getAccepted()).isEqualTo(1);

    assertThat(rowsOf("feature_history", view)).isEqualTo(1);
  }

  @Test
  void push_eventTimeOutOfRange_isQuarantinedNotAFault() {
    String view = client.createView(RATE);
    FeatureRow odd = row("a", 1, 0.5).toBuilder().setEventTime(time(Long.MAX_VALUE)).build();

    assertThat(client.push(view, odd).getExamples(0).getReason()).isEqualTo("EVENT_TIME_INVALID");
  }

  private static long rowsOf(String table, String view) {
    return features
        .bean(Jdbi.class)
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "select count(*) from "
                            + table
                            + " join feature_view_version using (version_id) where view_id = ?")
                    .bind(0, view.substring("featureViews/".length()))
                    .mapTo(Long.class)
                    .one());
  }
}
