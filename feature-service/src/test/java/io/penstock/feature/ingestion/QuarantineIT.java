package io.penstock.feature.ingestion;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.row;
import static io.penstock.feature.FeatureClient.text;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.feature.v1.ListQuarantinedRowsRequest;
import io.penstock.proto.feature.v1.ListQuarantinedRowsResponse;
import io.penstock.proto.feature.v1.QuarantinedRow;
import io.penstock.proto.feature.v1.ReplayQuarantinedRowsRequest;
import io.penstock.proto.feature.v1.ReplayQuarantinedRowsResponse;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QuarantineIT {

  @RegisterExtension
  static final ServiceExtension features =
      ServiceExtension.of("feature").with("penstock.ingestion.quarantine-rows", 50);

  private static final FeatureSpec RATE =
      feature("x", VALUE_TYPE_DOUBLE).toBuilder().setMin(0).setMax(1).build();

  static FeatureClient client;

  @BeforeAll
  static void connect() {
    client = new FeatureClient(features.channel("ada", "data-scientist"));
  }

  @Test
  void quarantine_keepsRowsAsTheyCame() {
    String view = client.createView(RATE);
    FeatureRow bad = row("b", 1, 1.7).toBuilder().clearKnownTime().build();
    client.push(view, bad);

    QuarantinedRow kept = quarantined(view).getRows(0);

    assertThat(kept.getRow()).isEqualTo(bad);
    assertThat(kept.getName()).startsWith(view + "/quarantinedRows/");
    assertThat(kept.getDetail()).isEqualTo("x: 1.7 (expected: <= 1.0)");
    assertThat(kept.hasTime()).isTrue();
  }

  @Test
  void quarantine_isRead_pageByPage() {
    String view = client.createView(RATE);
    IntStream.range(0, 25).forEach(i -> client.push(view, row("k" + i, 1, 2.0 + i)));

    Set<String> names = new HashSet<>();
    String token = "";
    do {
      ListQuarantinedRowsResponse page =
          client
              .ingestion()
              .listQuarantinedRows(
                  ListQuarantinedRowsRequest.newBuilder()
                      .setParent(view)
                      .setPageSize(10)
                      .setPageToken(token)
                      .build());
      page.getRowsList().forEach(row -> assertThat(names.add(row.getName())).isTrue());
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(names).hasSize(25);
  }

  @Test
  void quarantine_sameRowTwice_isOne() {
    String view = client.createView(RATE);

    client.push(view, row("b", 1, 1.7), row("b", 1, 1.7));
    client.push(view, row("b", 1, 1.7));

    assertThat(quarantined(view).getRowsCount()).isEqualTo(1);
  }

  @Test
  void quarantine_isBounded_theOldestGo() {
    String view = client.createView(RATE);
    for (int from = 0; from < 100; from += 20) {
      client.push(view, badRows(from, from + 20));
    }

    assertThat(quarantined(view).getRowsList())
        .hasSize(50)
        .extracting(row -> row.getRow().getEntityKey())
        .contains("k99")
        .doesNotContain("k0");
  }

  private static FeatureRow[] badRows(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> row("k" + i, 1, 2.0)).toArray(FeatureRow[]::new);
  }

  @Test
  void quarantine_rowTooLarge() {
    String view = client.createView(RATE);
    FeatureRow huge = row("k", 1, Map.of("x", text("x".repeat(70_000))));

    assertThatThrownBy(() -> client.push(view, huge))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void replay_underACorrectedView() {
    String view = client.createView(RATE);
    client.push(view, row("a", 1, 1.7), row("", 1, 0.2));
    widen(view);

    ReplayQuarantinedRowsResponse replay = replay(view, 0);

    assertThat(replay.getAccepted()).isEqualTo(1);
    assertThat(replay.getStillQuarantined()).isEqualTo(1);
    assertThat(client.online(query(view, "a")).getColumns(0).getNumbersList()).containsExactly(1.7);
    assertThat(quarantined(view).getRowsList())
        .extracting(QuarantinedRow::getReason)
        .containsExactly("ENTITY_KEY_MISSING");
  }

  @Test
  void replay_rowsBeyondHelp_doNotStandInTheWay() {
    String view = client.createView(RATE);
    client.push(view, row("", 1, 0.1), row("", 2, 0.1));
    client.push(view, row("a", 1, 1.7));
    widen(view);

    assertThat(replay(view, 2).getAccepted()).isZero();
    assertThat(replay(view, 2).getAccepted()).isEqualTo(1);
  }

  // Whoever trains on that time could not have had the row.
  @Test
  void replay_rowWithoutKnownTime_isKnownFromNow() throws Exception {
    String view = client.createView(RATE);
    client.push(view, row("a", 1, 1.7).toBuilder().clearKnownTime().build());
    widen(view);
    long before = System.currentTimeMillis() / 1000;
    replay(view, 0);

    assertThat(
            client
                .history(view, List.of("a", "a"), List.of(before - 1, before + 60))
                .getColumns(0)
                .getNumbersList())
        .containsExactly(Double.NaN, 1.7);
  }

  private static void widen(String view) {
    var known =
        client.views().getFeatureView(GetFeatureViewRequest.newBuilder().setName(view).build());
    client
        .views()
        .createFeatureView(
            CreateFeatureViewRequest.newBuilder()
                .setFeatureViewId(view.substring("featureViews/".length()))
                .setEntity(known.getEntity())
                .addFeatures(feature("x", VALUE_TYPE_DOUBLE))
                .build());
  }

  private static ReplayQuarantinedRowsResponse replay(String view, int limit) {
    return client
        .ingestion()
        .replayQuarantinedRows(
            ReplayQuarantinedRowsRequest.newBuilder().setParent(view).setLimit(limit).build());
  }

  private static ListQuarantinedRowsResponse quarantined(String view) {
    return client
        .ingestion()
        .listQuarantinedRows(ListQuarantinedRowsRequest.newBuilder().setParent(view).build());
  }

  // Senders of the same bad and good rows beside replays of them: none of them fails on a deadlock.
  @Test
  void replay_besideSenders() throws Exception {
    String view = client.createView(RATE);
    FeatureRow[] rows =
        Stream.concat(Stream.of(badRows(0, 30)), Stream.of(goodRows(0, 30)))
            .toArray(FeatureRow[]::new);
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(() -> client.push(view + "/versions/1", rows));
      calls.add(() -> replay(view, 0));
    }
    client.push(view, rows);
    widen(view);

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Object> call : executor.invokeAll(calls)) {
        call.get();
      }
    }
    replay(view, 0);

    assertThat(quarantined(view).getRowsCount()).isZero();
  }

  private static FeatureRow[] goodRows(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> row("k" + i, 2, 0.5)).toArray(FeatureRow[]::new);
  }
}
