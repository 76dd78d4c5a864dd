package io.penstock.inference.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;
import io.penstock.proto.oip.ServerReadyRequest;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The service standing alone on a directory, as it changes.
class DirectoryRepositoryIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.standAlone(DirectoryRepositoryIT::prepared);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    var models = new ModelDirectory(directory.resolve("models"));
    try {
      models.version("at_Start", 1, TestOnnx.logistic(1, 1, 2));
      models.version("at_Start", 3, TestOnnx.logistic(3, 1, 2));
      models.config("wrong", "platform: 'python'");
      models.version("wrong", 1, TestOnnx.logistic(1, 1, 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  private final ModelDirectory models = new ModelDirectory(directory.resolve("models"));

  @Test
  void whatLiesThereAtTheStart_isServed_withoutARegistry() {
    assertThat(server.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isTrue();
    assertThat(infer("at_Start").getModelVersion()).as("the newest").isEqualTo("3");
    assertThatThrownBy(() -> server.infer(features("at_Start").setModelVersion("1")))
        .satisfies(Failures.with(Code.NOT_FOUND, "VERSION_NOT_LOADED"));
  }

  @Test
  void whatMakesNoSense_isToldInTheIndex() {
    assertThat(index("wrong"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.getState()).isEqualTo("UNAVAILABLE");
              assertThat(entry.getReason()).contains("config.platform", "python");
            });
  }

  @Test
  void newVersion_takesOver_andARemovedOneGivesBack() throws Exception {
    models.version("growing", 1, TestOnnx.logistic(1, 1, 2));
    awaitVersion("growing", "1");
    models.version("growing", 2, TestOnnx.logistic(2, 1, 2));
    awaitVersion("growing", "2");
    models.remove("growing/2");
    awaitVersion("growing", "1");
    models.remove("growing");
    Eventually.become(SOON, () -> index("growing").isEmpty());
    assertThatThrownBy(() -> infer("growing"))
        .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
  }

  @Test
  void versionPolicy_keepsOthersForThoseWhoPinThem() throws Exception {
    models.config("several", "version_policy { specific { versions: [ 1, 3 ] } }");
    for (int version = 1; version <= 4; version++) {
      models.version("several", version, TestOnnx.logistic(version, 1, 2));
    }
    awaitVersion("several", "3");
    assertThat(server.infer(features("several").setModelVersion("1")).getModelVersion())
        .isEqualTo("1");
    assertThatThrownBy(() -> server.infer(features("several").setModelVersion("4")))
        .satisfies(Failures.with(Code.NOT_FOUND, "VERSION_NOT_LOADED"));
    models.config("several", "version_policy { all { } }");
    awaitVersion("several", "4");
  }

  @Test
  void brokenVersion_isTold_andTheOldOneServesOn() throws Exception {
    models.version("careful", 1, TestOnnx.logistic(1, 1, 2));
    awaitVersion("careful", "1");
    models.version("careful", 2, new byte[] {1, 2, 3});
    Eventually.become(
        SOON,
        () ->
            index("careful").stream()
                .anyMatch(e -> e.getVersion().equals("2") && e.getState().equals("UNAVAILABLE")));
    assertThat(infer("careful").getModelVersion()).isEqualTo("1");
    models.version("careful", 2, TestOnnx.logistic(2, 1, 2));
    awaitVersion("careful", "2");
  }

  @Test
  void brokenConfiguration_isTold_andTheOldOneHolds() throws Exception {
    models.version("reconfigured", 1, OnnxModels.identity(DataType.FLOAT, -1, 2));
    models.config("reconfigured", "max_batch_size: 4");
    Eventually.become(
        SOON, () -> index("reconfigured").stream().anyMatch(DirectoryRepositoryIT::ready));
    models.config("reconfigured", "max_batch_size: 'four'");
    Eventually.become(
        SOON,
        () ->
            index("reconfigured").stream()
                .anyMatch(entry -> entry.getReason().startsWith("config.pbtxt:")));
    assertThat(index("reconfigured")).anyMatch(DirectoryRepositoryIT::ready);
    models.config("reconfigured", "max_batch_size: 8 metric_tags { key: 'a' value: 'b' }");
    Eventually.become(SOON, () -> index("reconfigured").size() == 1);
  }

  private static boolean ready(ModelIndex entry) {
    return entry.getState().equals("READY");
  }

  private static void awaitVersion(String model, String version) throws InterruptedException {
    Eventually.become(SOON, () -> versionOf(model).equals(version));
  }

  private static String versionOf(String model) {
    return index(model).stream().anyMatch(DirectoryRepositoryIT::ready)
        ? infer(model).getModelVersion()
        : "";
  }

  private static List<ModelIndex> index(String model) {
    return server
        .stub()
        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
        .getModelsList()
        .stream()
        .filter(entry -> entry.getName().equals(model))
        .toList();
  }

  private static ModelInferResponse infer(String model) {
    return server.infer(features(model));
  }

  private static ModelInferRequest.Builder features(String model) {
    return Requests.features(model, new float[] {1, 2});
  }
}
