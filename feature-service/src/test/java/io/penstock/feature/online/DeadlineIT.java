package io.penstock.feature.online;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.row;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeadlineIT {

  @RegisterExtension static final ServiceExtension features = ServiceExtension.of("feature");

  @Test
  void online_databaseHangs_statementEndsWithTheCallersDeadline() throws Exception {
    var client = new FeatureClient(features.channel("ada", "data-scientist"));
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    client.push(view, row("k", 1, 1.0));
    var request = GetOnlineFeaturesRequest.newBuilder().addQueries(query(view, "k")).build();

    try (Handle lock = features.bean(Jdbi.class).open()) {
      lock.begin();
      lock.execute("lock table feature_online");
      assertThatThrownBy(
              () ->
                  client
                      .serving()
                      .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                      .getOnlineFeatures(request))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  org.assertj.core.api.Assertions.assertThat(e.getStatus().getCode())
                      .isIn(Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE));

      Eventually.become(Duration.ofSeconds(2), () -> waiting(lock) == 0);
      lock.rollback();
    }
  }

  private static int waiting(Handle handle) {
    return handle
        .createQuery("select count(*) from pg_locks where not granted")
        .mapTo(Integer.class)
        .one();
  }
}
