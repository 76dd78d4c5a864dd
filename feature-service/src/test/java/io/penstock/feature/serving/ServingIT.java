package io.penstock.feature.serving;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.nullable;
import static io.penstock.feature.FeatureClient.number;
import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.row;
import static io.penstock.feature.FeatureClient.text;
import static io.penstock.feature.FeatureClient.time;
import static io.penstock.feature.FeatureClient.truth;
import static io.penstock.feature.FeatureClient.whole;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_EXPIRED;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_NOT_FOUND;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_NULL;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_PRESENT;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_BOOL;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_INT64;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.grpc.Status.Code;
import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.FeatureColumnValues;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ServingIT {

  @RegisterExtension static final ServiceExtension features = ServiceExtension.of("feature");

  static FeatureClient client;

  @BeforeAll
  static void connect() {
    client = new FeatureClient(features.channel("ada", "data-scientist"));
  }

  @Test
  void online_everyType() {
    String view =
        client.createView(
            feature("rate", VALUE_TYPE_DOUBLE),
            feature("flights", VALUE_TYPE_INT64),
            feature("hub", VALUE_TYPE_BOOL),
            feature("state", VALUE_TYPE_STRING),
            nullable("runways", VALUE_TYPE_INT64));
    client.push(
        view,
        row(
            "ATL",
            1000,
            Map.of(
                "rate", number(0.25),
                "flights", whole(1L << 53),
                "hub", truth(true),
                "state", text("Géorgie"))));

    GetOnlineFeaturesResponse answer = client.online(query(view, "ATL", "XXX"));

    assertThat(answer.getColumnsList())
        .extracting(FeatureColumnValues::getName)
        .containsExactly(
            names(view, ".rate", ".flights", ".hub", ".state", ".runways").toArray(String[]::new));
    assertThat(answer.getColumns(0).getNumbersList()).containsExactly(0.25, Double.NaN);
    assertThat(answer.getColumns(1).getNumbersList()).containsExactly(0x1p53, Double.NaN);
    assertThat(answer.getColumns(2).getNumbersList()).containsExactly(1.0, Double.NaN);
    assertThat(answer.getColumns(3).getStringsList()).containsExactly("Géorgie", "");
    assertThat(answer.getColumns(3).getNumbersCount()).isZero();
    assertThat(answer.getColumns(4).getNumbersList()).containsExactly(Double.NaN, Double.NaN);
    assertThat(answer.getColumns(0).getType()).isEqualTo(VALUE_TYPE_DOUBLE);
    assertThat(answer.getColumns(0).getStatusesList())
        .containsExactly(FEATURE_STATUS_PRESENT, FEATURE_STATUS_NOT_FOUND);
    assertThat(answer.getColumns(4).getStatusesList())
        .containsExactly(FEATURE_STATUS_NULL, FEATURE_STATUS_NOT_FOUND);
    assertThat(answer.getColumns(0).getEventTimesUsList()).containsExactly(1_000_000_000L, 0L);
    assertThat(answer.getColumns(4).getEventTimesUsList()).containsExactly(0L, 0L);
  }

  private static List<String> names(String view, String... features) {
    String id = view.substring("featureViews/".length());
    return List.of(features).stream().map(id::concat).toList();
  }

  @Test
  void online_severalViewsInOneCall() {
    String first = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    String second = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    client.push(first, row("a", 1, 1.0), row("b", 1, 2.0));
    client.push(second, row("b", 1, 3.0));

    GetOnlineFeaturesResponse answer =
        client.online(query(first, "a", "b", "a"), query(second, "a", "b", "b"));

    assertThat(answer.getColumns(0).getNumbersList()).containsExactly(1.0, 2.0, 1.0);
    assertThat(answer.getColumns(1).getNumbersList()).containsExactly(Double.NaN, 3.0, 3.0);
  }

  @Test
  void online_someFeatures_inTheOrderAskedFor() {
    String view =
        client.createView(
            feature("a", VALUE_TYPE_DOUBLE),
            feature("b", VALUE_TYPE_STRING),
            feature("c", VALUE_TYPE_DOUBLE));
    client.push(view, row("k", 1, Map.of("a", number(1), "b", text("two"), "c", number(3))));

    GetOnlineFeaturesResponse answer =
        client.online(query(view, "k").toBuilder().addFeatures("c").addFeatures("a").build());

    assertThat(answer.getColumns(0).getNumbersList()).containsExactly(3.0);
    assertThat(answer.getColumns(1).getNumbersList()).containsExactly(1.0);
    assertThat(answer.getColumnsCount()).isEqualTo(2);
  }

  @Test
  void ttl_isMeasuredFromAsOf() {
    String view =
        client.createView(
            CreateFeatureViewRequest.newBuilder().setTtl(Duration.newBuilder().setSeconds(10)),
            feature("x", VALUE_TYPE_DOUBLE));
    client.push(view, row("k", 1000, 1.0));

    assertThat(onlineAsOf(view, 1009).getStatuses(0)).isEqualTo(FEATURE_STATUS_PRESENT);
    assertThat(onlineAsOf(view, 500).getStatuses(0)).isEqualTo(FEATURE_STATUS_NOT_FOUND);
    FeatureColumnValues expired = onlineAsOf(view, 1010);
    assertThat(expired.getStatuses(0)).isEqualTo(FEATURE_STATUS_EXPIRED);
    assertThat(expired.getNumbers(0)).isNaN();
    assertThat(expired.getEventTimesUs(0)).isZero();
    assertThat(client.online(query(view, "k")).getColumns(0).getStatuses(0))
        .isEqualTo(FEATURE_STATUS_EXPIRED);
  }

  private static FeatureColumnValues onlineAsOf(String view, long seconds) {
    return client
        .serving()
        .getOnlineFeatures(
            GetOnlineFeaturesRequest.newBuilder()
                .addQueries(query(view, "k"))
                .setAsOf(time(seconds))
                .build())
        .getColumns(0);
  }

  @Test
  void history_agesAsOnlineDoes() throws Exception {
    String view =
        client.createView(
            CreateFeatureViewRequest.newBuilder().setTtl(Duration.newBuilder().setSeconds(10)),
            feature("x", VALUE_TYPE_DOUBLE));
    client.push(view, row("k", 1000, 1.0), row("k", 1100, 1200, 2.0));

    var column =
        client
            .history(
                view, List.of("k", "k", "k", "k", "k"), List.of(999L, 1009L, 1010L, 1105L, 1200L))
            .getColumns(0);

    assertThat(column.getStatusesList())
        .containsExactly(
            FEATURE_STATUS_NOT_FOUND,
            FEATURE_STATUS_PRESENT,
            FEATURE_STATUS_EXPIRED,
            FEATURE_STATUS_EXPIRED,
            FEATURE_STATUS_EXPIRED);
  }

  @Test
  void versions_keepTheirOwnRows() {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    client.push(view, row("k", 1, 1.0));
    var first =
        client
            .views()
            .getFeatureView(
                io.penstock.proto.feature.v1.GetFeatureViewRequest.newBuilder()
                    .setName(view)
                    .build());
    client
        .views()
        .createFeatureView(
            CreateFeatureViewRequest.newBuilder()
                .setFeatureViewId(view.substring("featureViews/".length()))
                .setEntity(first.getEntity())
                .addFeatures(feature("x", VALUE_TYPE_DOUBLE))
                .addFeatures(nullable("y", VALUE_TYPE_DOUBLE))
                .build());
    client.push(view, row("k", 1, 2.0));

    assertThat(client.online(query(view, "k")).getColumns(0).getNumbersList()).containsExactly(2.0);
    assertThat(client.online(query(view + "/versions/1", "k")).getColumns(0).getNumbersList())
        .containsExactly(1.0);
    assertThat(client.online(query(view + "/versions/1", "k")).getColumnsCount()).isEqualTo(1);
    assertThat(client.online(query(view, "k")).getColumnsCount()).isEqualTo(2);
  }

  @Test
  void online_unknownView() {
    assertThatThrownBy(() -> client.online(query("featureViews/none", "k")))
        .satisfies(
            Failures.with(
                Code.NOT_FOUND, "FEATURE_VIEW_NOT_FOUND", names("queries[0].feature_view")));
  }

  @Test
  void online_unknownVersion() {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));

    assertThatThrownBy(() -> client.online(query(view, "k"), query(view + "/versions/2", "k")))
        .satisfies(
            Failures.with(
                Code.NOT_FOUND, "FEATURE_VIEW_NOT_FOUND", names("queries[1].feature_view")));
  }

  @Test
  void unknownFeature_onlineAndHistory() {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    FeatureQuery wrong = query(view, "k").toBuilder().addFeatures("x").addFeatures("nope").build();

    assertThatThrownBy(() -> client.online(wrong))
        .satisfies(
            Failures.with(Code.NOT_FOUND, "FEATURE_NOT_FOUND", names("queries[0].features[1]")));
    assertThatThrownBy(
            () ->
                client.history(
                    GetHistoricalFeaturesRequest.newBuilder()
                        .addQueries(wrong)
                        .addTimes(time(1))
                        .build()))
        .satisfies(
            Failures.with(Code.NOT_FOUND, "FEATURE_NOT_FOUND", names("queries[0].features[1]")));
  }

  private static Consumer<io.penstock.kit.failure.FailureStatus> names(String field) {
    return status ->
        assertThat(status.violations())
            .extracting(io.penstock.kit.failure.FieldViolation::field)
            .contains(field);
  }

  @Test
  void online_malformed() {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));

    assertInvalid("queries");
    assertInvalid("queries[0].feature_view", query("nonsense", "k"));
    assertInvalid("queries[0].entity_keys", query(view));
    assertInvalid("queries[0].entity_keys[1]", query(view, "k", ""));
    assertInvalid("queries[0].entity_keys[0]", query(view, "nul\0"));
    assertInvalid("queries[1].entity_keys", query(view, "k"), query(view, "k", "l"));
    assertInvalid(
        "queries[0].features[1]",
        query(view, "k").toBuilder().addFeatures("x").addFeatures("x").build());
  }

  private static void assertInvalid(String field, FeatureQuery... queries) {
    assertThatThrownBy(() -> client.online(queries))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", names(field)));
  }

  @Test
  void history_timesAndRowsDiffer() {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));

    assertThatThrownBy(() -> client.history(view, List.of("a", "b"), List.of(1L)))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", names("times")));
  }
}
