package io.penstock.feature.ingestion;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.row;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.testkit.Failures;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// PostgreSQL goes away and comes back while rows come in.
class RestartIT {

  private static final int MESSAGES = 60;
  private static final int ROWS = 200;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();

  private static final String url = postgres.freshDatabase("feature");

  @RegisterExtension
  static final ServiceExtension features =
      ServiceExtension.of("feature")
          .with("penstock.database.url", url)
          .with("penstock.events.url", url);

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void ingestion_postgresRestarts_nothingLostNothingTwice() throws Exception {
    var client = new FeatureClient(features.channel("ada", "data-scientist"));
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    var refusals = new AtomicInteger();
    Thread sender = Thread.ofVirtual().start(() -> sendAll(client, view, refusals));

    Thread.sleep(100);
    postgres.stop();
    while (refusals.get() == 0) {
      Thread.sleep(10);
    }
    postgres.start();
    sender.join();

    assertThat(refusals.get()).isPositive();
    assertThat(historyRows()).isEqualTo(MESSAGES * ROWS);
  }

  private static void sendAll(FeatureClient client, String view, AtomicInteger refusals) {
    for (int message = 0; message < MESSAGES; message++) {
      while (!sent(client, view, message)) {
        refusals.incrementAndGet();
      }
    }
  }

  private static boolean sent(FeatureClient client, String view, int message) {
    try {
      client.push(view, rows(message));
      Thread.sleep(10);
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e).satisfies(Failures.with(Code.UNAVAILABLE, "DEPENDENCY_UNAVAILABLE"));
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Half of them leave the known time to the service: a repeat of those is recognised as well.
  private static FeatureRow[] rows(int message) {
    var rows = new FeatureRow[ROWS];
    Arrays.setAll(
        rows,
        i -> {
          FeatureRow row = row("k" + i, message + 1, i);
          return i % 2 == 0 ? row : row.toBuilder().clearKnownTime().build();
        });
    return rows;
  }

  private static long historyRows() {
    return features
        .bean(Jdbi.class)
        .withHandle(
            handle ->
                handle.createQuery("select count(*) from feature_history").mapTo(Long.class).one());
  }
}
