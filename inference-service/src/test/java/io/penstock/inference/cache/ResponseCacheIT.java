package io.penstock.inference.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.InferStatistics;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelStatisticsRequest;
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

/// The response cache through the protocol.
class ResponseCacheIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.standAlone(ResponseCacheIT::prepared)
          .with("penstock.inference.cache.bytes", 1_000_000);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    try {
      var models = new ModelDirectory(directory.resolve("models"));
      models.version("cached", 1, TestOnnx.logistic(1, 1, 2));
      models.config("cached", "response_cache { enable: true }");
      models.version("plain", 1, TestOnnx.logistic(1, 1, 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  @Test
  void equalRequest_isAnsweredFromMemory_untilTheVersionChanges() throws Exception {
    var first = infer("cached", 1);
    var second = infer("cached", 1);
    assertThat(isCached(first)).isFalse();
    assertThat(isCached(second)).isTrue();
    assertThat(second.getRawOutputContentsList()).isEqualTo(first.getRawOutputContentsList());
    assertThat(isCached(infer("cached", 2))).isFalse();
    Eventually.become(SOON, () -> statistics().getCacheHit().getCount() == 1);
    assertThat(statistics().getCacheMiss().getCount()).isEqualTo(2);

    new ModelDirectory(directory.resolve("models"))
        .version("cached", 2, TestOnnx.logistic(5, 1, 2));
    Eventually.become(SOON, () -> infer("cached", 9).getModelVersion().equals("2"));
    // Its warm-up may have asked it the same already; the answer is its own all the same.
    var anew = infer("cached", 1);
    assertThat(anew.getRawOutputContentsList()).isNotEqualTo(first.getRawOutputContentsList());
  }

  @Test
  void modelThatDoesNotAskForIt_runsEveryTime() {
    infer("plain", 1);
    assertThat(isCached(infer("plain", 1))).isFalse();
  }

  private static InferStatistics statistics() {
    return server
        .stub()
        .modelStatistics(
            ModelStatisticsRequest.newBuilder().setName("cached").setVersion("1").build())
        .getModelStats(0)
        .getInferenceStats();
  }

  private static boolean isCached(ModelInferResponse response) {
    return response.containsParameters("cached")
        && response.getParametersOrThrow("cached").getBoolParam();
  }

  private static ModelInferResponse infer(String model, float x) {
    return server.infer(Requests.features(model, new float[] {x, 2}));
  }
}
