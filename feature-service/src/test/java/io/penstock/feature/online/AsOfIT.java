package io.penstock.feature.online;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.row;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_EXPIRED;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_NOT_FOUND;
import static io.penstock.proto.feature.v1.FeatureStatus.FEATURE_STATUS_PRESENT;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.FeatureColumnValues;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.testkit.ServiceExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AsOfIT {

  @RegisterExtension static final ServiceExtension features = ServiceExtension.of("feature");

  private final FeatureClient client = new FeatureClient(features.channel("ada", "data-scientist"));

  @Test
  void online_asOfThePast_seesNothingOfWhatCameAfter() {
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    client.push(
        view, row("a", 100, 1.0), row("a", 200, 2.0), row("b", 150, 3.0), row("c", 500, 4.0));
    FeatureColumnValues column = asOf(view, 180, "a", "b", "c", "d");
    assertThat(column.getNumbersList()).startsWith(1.0, 3.0);
    assertThat(column.getStatusesList())
        .containsExactly(
            FEATURE_STATUS_PRESENT,
            FEATURE_STATUS_PRESENT,
            FEATURE_STATUS_NOT_FOUND,
            FEATURE_STATUS_NOT_FOUND);
    assertThat(asOf(view, 200, "a").getNumbersList()).containsExactly(2.0);
  }

  @Test
  void online_asOfThePast_measuresAgeFromThen() {
    var ttl = Duration.newBuilder().setSeconds(50);
    String view =
        client.createView(
            CreateFeatureViewRequest.newBuilder().setTtl(ttl), feature("x", VALUE_TYPE_DOUBLE));
    client.push(view, row("a", 100, 1.0), row("a", 1_000, 2.0));
    assertThat(asOf(view, 149, "a").getStatuses(0)).isEqualTo(FEATURE_STATUS_PRESENT);
    assertThat(asOf(view, 151, "a").getStatuses(0)).isEqualTo(FEATURE_STATUS_EXPIRED);
  }

  private FeatureColumnValues asOf(String view, long seconds, String... keys) {
    return client
        .serving()
        .getOnlineFeatures(
            GetOnlineFeaturesRequest.newBuilder()
                .addQueries(query(view, keys))
                .setAsOf(Timestamp.newBuilder().setSeconds(seconds))
                .build())
        .getColumns(0);
  }
}
