package io.penstock.e2e.release;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.monitoring.v1.Feedback;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.registry.v1.Bandit;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc.ReleaseServiceBlockingStub;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSuite.class)
class TrafficIT {

  private static final Duration SOON = Duration.ofSeconds(45);

  private final Client ada;
  private final Client app;
  private final Workshop workshop;

  TrafficIT(RunningSuite suite) {
    this.ada = suite.as("ada", "ml-engineer", "data-scientist");
    this.app = suite.as("app", "client");
    this.workshop = new Workshop(suite);
  }

  @Test
  void bandit_whoseCanaryEarns_takesTheTrafficThere() throws InterruptedException {
    var primary =
        workshop.released(TestOnnx.logistic(0, 1, 2), FeatureBinding.getDefaultInstance());
    var canary = workshop.successor(primary, TestOnnx.logistic(1, 1, 2));
    var name = "releases/" + Workshop.modelId(primary);
    var release =
        releases()
            .deployVersion(
                DeployVersionRequest.newBuilder()
                    .setName(name)
                    .setVersion(canary.getName())
                    .setVariant(Variant.VARIANT_CANARY)
                    .setPercent(20)
                    .setBandit(Bandit.newBuilder().setMinShare(0.1))
                    .build());
    assertThat(canaryPercent(release)).isEqualTo(20);
    Eventually.become(SOON, () -> reward(primary, 40) > 0);

    Eventually.become(SOON, () -> canaryPercent(get(name)) == 90);
    assertThat(get(name).getUpdatedBy()).isEqualTo("monitoring-service");
    assertThat(get(name).getReason()).contains("rewards: canary 1.000 of");
  }

  @Test
  void stop_overRest_silencesTheModelUntilItIsResumed() throws InterruptedException {
    var version =
        workshop.released(TestOnnx.logistic(0, 1, 2), FeatureBinding.getDefaultInstance());
    var path = "/v1/releases/" + Workshop.modelId(version);
    var stopped = ada.post(path + ":stop", "{\"reason\": \"wrong prices\"}");
    assertThat(stopped.status()).isEqualTo(200);
    Eventually.become(SOON, () -> isRefused(version));
    assertThatThrownBy(() -> predict(version))
        .satisfies(Failures.with(FAILED_PRECONDITION, "MODEL_STOPPED"));

    assertThat(ada.post(path + ":resume", "{}").status()).isEqualTo(200);
    Eventually.become(SOON, () -> !isRefused(version));
    assertThat(predict(version).getModelVersion()).isEqualTo("1");
  }

  /// Predicts, and says that the canary's predictions were worth something and the primary's were
  /// not.
  ///
  /// @return how many of them the canary made
  private int reward(ModelVersion version, int predictions) {
    var feedback = RecordFeedbackRequest.newBuilder();
    int rewarded = 0;
    for (int i = 0; i < predictions; i++) {
      var answer = predict(version);
      boolean canary = text(answer, "variant").equals("canary");
      rewarded += canary ? 1 : 0;
      feedback.addFeedback(
          Feedback.newBuilder()
              .setPredictionId(text(answer, "prediction_id"))
              .setLabel(canary ? 1 : 0));
    }
    var accepted =
        app.grpc(MonitoringServiceGrpc::newBlockingStub).recordFeedback(feedback.build());
    assertThat(accepted.getAccepted()).isEqualTo(predictions);
    return rewarded;
  }

  private boolean isRefused(ModelVersion version) {
    try {
      return predict(version) == null;
    } catch (io.grpc.StatusRuntimeException e) {
      return true;
    }
  }

  private ModelInferResponse predict(ModelVersion version) {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName(Workshop.modelId(version))
            .addRawInputContents(ByteString.copyFrom(new byte[8]));
    request.addInputsBuilder().setName("features").setDatatype("FP32").addShape(1).addShape(2);
    return app.grpc(GRPCInferenceServiceGrpc::newBlockingStub).modelInfer(request.build());
  }

  private static String text(ModelInferResponse answer, String parameter) {
    return answer.getParametersOrThrow(parameter).getStringParam();
  }

  private ReleaseServiceBlockingStub releases() {
    return ada.grpc(ReleaseServiceGrpc::newBlockingStub);
  }

  private Release get(String name) {
    return releases().getRelease(GetReleaseRequest.newBuilder().setName(name).build());
  }

  private static int canaryPercent(Release release) {
    return release.getTargetsList().stream()
        .filter(target -> target.getVariant() == Variant.VARIANT_CANARY)
        .mapToInt(target -> target.getPercent())
        .sum();
  }
}
