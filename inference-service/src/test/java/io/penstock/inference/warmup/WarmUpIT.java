package io.penstock.inference.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStatistics;
import io.penstock.proto.oip.ModelStatisticsRequest;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What versions run before they take traffic.
class WarmUpIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.standAlone(WarmUpIT::prepared)
          .with("penstock.inference.warm-up.requests", 3)
          .with("penstock.inference.warm-up.every", "0s");

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    try {
      var models = new ModelDirectory(directory.resolve("models"));
      models.version("warm", 1, TestOnnx.logistic(1, 1, 2));
      models.config("warm", warmUp("features", 2, 5));
      models.version("impossible", 1, OnnxModels.lookup(1));
      models.config("impossible", warmUp("index", 2, 1));
      models.version("followed", 1, TestOnnx.logistic(1, 1, 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  private static String warmUp(String input, int dims, int count) {
    return "max_batch_size: 8 model_warmup { name: 'w' batch_size: 4 count: %d inputs { key: '%s' value: { %s random_data: true } } }"
        .formatted(count, input, input.equals("index") ? "" : "dims: [ " + dims + " ]");
  }

  @Test
  void declaredWarmUps_runBeforeTraffic() {
    var statistics = statistics("warm");
    assertThat(statistics.getExecutionCount()).isEqualTo(5);
    assertThat(statistics.getInferenceStats().getSuccess().getCount()).as("requests").isZero();
  }

  @Test
  void versionThatFailsItsWarmUp_isNotServed() {
    assertThat(
            server
                .stub()
                .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModelsList())
        .filteredOn(entry -> entry.getName().equals("impossible"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.getReason()).contains("warm-up 'w'"));
  }

  @Test
  void successor_answersWhatItsPredecessorWasSentLately() throws Exception {
    for (int i = 0; i < 10; i++) {
      server.infer(features(i));
    }
    new ModelDirectory(directory.resolve("models"))
        .version("followed", 2, TestOnnx.logistic(2, 1, 2));
    Eventually.become(SOON, () -> statistics("followed").getVersion().equals("2"));
    assertThat(statistics("followed").getExecutionCount()).isEqualTo(3);
  }

  private static ModelInferRequest.Builder features(float x) {
    return Requests.features("followed", new float[] {x, 2});
  }

  private static ModelStatistics statistics(String model) {
    return server
        .stub()
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName(model).build())
        .getModelStats(0);
  }
}
