package io.penstock.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.monitoring.v1.ListAlertsRequest;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A model that was logged and registered in MLflow's words goes through the gate, is served, and
/// is watched over like any other.
@ExtendWith(SharedSuite.class)
class LaptopToProductionIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final RunningSuite suite;
  private final Workshop workshop;
  private final MlflowClient mlflow;
  private final Client app;

  LaptopToProductionIT(RunningSuite suite) {
    this.suite = suite;
    this.workshop = new Workshop(suite);
    this.mlflow = new MlflowClient(suite.as("ada", "data-scientist", "ml-engineer"));
    this.app = suite.as("app", "client");
  }

  @Test
  void model_loggedByAnMlflowClient_isServed() throws InterruptedException {
    var name = suite.newName("laptop");
    var location = mlflow.logModel(TestOnnx.logistic(0.5f, 1, 2), 0.9);
    var version = mlflow.register(name, location + "/");
    assertThat(version.get("status").getAsString()).isEqualTo("READY");

    var refused =
        mlflow.post(
            "model-versions/transition-stage",
            "{\"name\": \"%s\", \"version\": \"1\", \"stage\": \"Production\", \"archive_existing_versions\": false}"
                .formatted(name));
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("approv");

    workshop.approve(native1(name));
    mlflow.call(
        "model-versions/transition-stage",
        "{\"name\": \"%s\", \"version\": \"1\", \"stage\": \"Production\", \"archive_existing_versions\": true}"
            .formatted(name));
    workshop.deploy(native1(name));
    Eventually.become(SOON, () -> answers(name));

    assertThat(probability(predict(name))).isCloseTo(expected(), within(1e-5f));
    var bom = suite.as("ada", "data-scientist").get("/v1/models/" + name + "/versions/1/bom");
    assertThat(bom.body()).contains("pkg:pypi/onnx@1.17.0").contains("machine-learning-model");
    var proof = suite.as("ada", "data-scientist").get("/v1/models/" + name + "/versions/1:verify");
    assertThat(proof.json().get("intact").getAsBoolean()).as(proof.body()).isTrue();
    assertThat(proof.json().getAsJsonArray("signatures")).hasSize(1);
    assertThat(proof.json().getAsJsonArray("files"))
        .extracting(file -> file.getAsJsonObject().get("path").getAsString())
        .containsExactly("MLmodel", "model.onnx", "requirements.txt");
    assertThat(mlflow.sendFile(location + "/model.onnx", new byte[1]).status()).isEqualTo(400);
  }

  @Test
  void file_alteredOnTheDisk_isNeitherPromotedNorServed_andEverybodyIsTold() throws Exception {
    var name = suite.newName("altered");
    var onnx = TestOnnx.logistic(suite.newName("x").hashCode(), 1, 2);
    mlflow.register(name, mlflow.logModel(onnx, 0.9));
    workshop.approve(native1(name));
    workshop.promote(native1(name));
    mlflow.register(name, mlflow.logModel(onnx, 0.95));
    flipOneBit(stored(onnx));

    var refused =
        mlflow.post(
            "model-versions/transition-stage",
            "{\"name\": \"%s\", \"version\": \"2\", \"stage\": \"Staging\", \"archive_existing_versions\": false}"
                .formatted(name));
    assertThat(refused.body()).contains("DATA_LOSS").contains("not those that were registered");

    workshop.deploy(native1(name));
    Eventually.become(SOON, () -> alerts(name) > 0);
    assertThat(answers(name)).isFalse();
    Eventually.become(SOON, () -> auditedRefusals(name) > 0);
  }

  private static ModelVersion native1(String model) {
    return ModelVersion.newBuilder().setName("models/" + model + "/versions/1").build();
  }

  private boolean answers(String model) {
    try {
      return predict(model) != null;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private ModelInferResponse predict(String model) {
    var row = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.25f).putFloat(-1);
    var request =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addRawInputContents(ByteString.copyFrom(row.flip()));
    request.addInputsBuilder().setName("features").setDatatype("FP32").addShape(1).addShape(2);
    return app.grpc(GRPCInferenceServiceGrpc::newBlockingStub).modelInfer(request.build());
  }

  private static float probability(ModelInferResponse answer) {
    return answer
        .getRawOutputContents(0)
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .getFloat();
  }

  private static float expected() {
    return TestOnnx.expected(0.5f, new float[] {1, 2}, 0.25f, -1);
  }

  private int alerts(String model) {
    return suite
        .as("olga", "operator")
        .grpc(MonitoringServiceGrpc::newBlockingStub)
        .listAlerts(ListAlertsRequest.newBuilder().setModel(model).build())
        .getAlertsCount();
  }

  private long auditedRefusals(String model) {
    return suite
        .as("eve", "auditor")
        .grpc(AuditServiceGrpc::newBlockingStub)
        .listAuditEntries(
            ListAuditEntriesRequest.newBuilder()
                .setResource("models/" + model + "/versions/2")
                .build())
        .getEntriesList()
        .stream()
        .filter(entry -> entry.getEvent().getDetailsJson().contains("REFUSED"))
        .count();
  }

  /// Where the registry keeps these bytes.
  private Path stored(byte[] bytes) {
    try (var files = Files.walk(suite.home())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("sha256"))
          .filter(file -> holds(file, bytes))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holds(Path file, byte[] bytes) {
    try {
      return Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file), bytes);
    } catch (IOException e) {
      return false;
    }
  }

  private static void flipOneBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }
}
