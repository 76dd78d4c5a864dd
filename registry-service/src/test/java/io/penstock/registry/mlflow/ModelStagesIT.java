package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.penstock.registry.mlflow.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.GetLatestVersionsRequest;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.registry.v1.ListStageChangesRequest;
import io.penstock.proto.registry.v1.StageChange;
import io.penstock.proto.registry.v1.StageServiceGrpc;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ModelStagesIT extends ModelsFixture {

  @Test
  void transition_goesThroughTheGate_inAnyCase_andBack() {
    var name = newModel();
    version(name, "s3://bucket/a");
    assertThat(transition(name, "1", "sTaGiNg", false).getCurrentStage()).isEqualTo("Staging");
    assertThat(peers.lastAsked().getPolicy()).isEqualTo("gatePolicies/staging");
    assertThat(transition(name, "1", "Production", false).getCurrentStage())
        .isEqualTo("Production");
    assertThat(transition(name, "1", "Archived", false).getCurrentStage()).isEqualTo("Archived");
    assertThat(transition(name, "1", "None", false).getCurrentStage()).isEqualTo("None");
    assertThat(stageChanges(name))
        .extracting(change -> change.getFromStage() + ">" + change.getToStage())
        .containsExactly(
            "STAGE_ARCHIVED>STAGE_NONE",
            "STAGE_PRODUCTION>STAGE_ARCHIVED",
            "STAGE_STAGING>STAGE_PRODUCTION",
            "STAGE_NONE>STAGE_STAGING");
    assertThat(stageChanges(name).getLast().getGateDecision()).startsWith("gateDecisions/");
  }

  @Test
  void transition_ofAVersionThatIsOneFile() {
    var name = newModel();
    var file = "0/" + RegistryClient.unique("run") + "/artifacts/model.pkl";
    var _ = FileClient.of(registry, "ada").upload(file, new byte[] {1, 2, 3});
    version(name, "mlflow-artifacts:/" + file);
    assertThat(transition(name, "1", "Production", false).getCurrentStage())
        .isEqualTo("Production");
  }

  @Test
  void transition_refusedByTheGate_saysWhatIsUnmet_andMovesNothing() {
    var name = newModel();
    version(name, "s3://bucket/a");
    peers.refuse("approved_by_another");
    assertThatThrownBy(() -> transition(name, "1", "Production", true))
        .satisfies(
            Failures.with(
                FAILED_PRECONDITION,
                "GATE_REFUSED",
                status -> assertThat(status.message()).contains("approved_by_another")));
    assertThat(getVersion(name, "1").getCurrentStage()).isEqualTo("None");
  }

  @Test
  void transition_archivesTheOthers_inOneStep() {
    var name = newModel();
    for (int i = 1; i <= 3; i++) {
      version(name, "s3://bucket/" + i);
      transition(name, String.valueOf(i), "Production", i == 3);
    }
    assertThat(
            LongStream.rangeClosed(1, 3)
                .mapToObj(number -> getVersion(name, String.valueOf(number)).getCurrentStage()))
        .containsExactly("Archived", "Archived", "Production");
    assertThat(latest(name, "production"))
        .extracting(ModelVersion::getVersion)
        .containsExactly("3");
    assertThat(latest(name)).extracting(ModelVersion::getVersion).containsExactly("2", "3");
  }

  @Test
  void transition_toNoSuchStage_orThatCannotArchiveOthers_isRefused() {
    var name = newModel();
    version(name, "s3://bucket/a");
    assertInvalid(
        () -> transition(name, "1", "unknown", false),
        "Invalid Model Version stage: unknown. Value must be one of None, Staging, Production, Archived.");
    assertInvalid(
        () -> transition(name, "1", "Archived", true),
        "Model version transition cannot archive existing model versions because 'Archived' is not an Active stage. Valid stages are ['Staging', 'Production']");
  }

  @Test
  void transition_thatTakesAwayWhatIsServed_isRefused() {
    var model = ada.newModel();
    ada.deploy(
        ada.newProductionVersion(model, TestOnnx.logistic(0, 1)), Variant.VARIANT_PRIMARY, 100);
    ada.newVersion(model, TestOnnx.logistic(1, 1));
    var name = model.substring("models/".length());
    assertThatThrownBy(() -> transition(name, "1", "None", false))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
    assertThatThrownBy(() -> transition(name, "2", "Production", true))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
    assertThat(getVersion(name, "2").getCurrentStage()).isEqualTo("None");
  }

  private List<StageChange> stageChanges(String name) {
    return StageServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"))
        .listStageChanges(ListStageChangesRequest.newBuilder().setParent("models/" + name).build())
        .getChangesList();
  }

  private ModelVersion transition(String name, String version, String stage, boolean archive) {
    return models
        .transitionModelVersionStage(
            TransitionModelVersionStageRequest.newBuilder()
                .setName(name)
                .setVersion(version)
                .setStage(stage)
                .setArchiveExistingVersions(archive)
                .build())
        .getModelVersion();
  }

  private List<ModelVersion> latest(String name, String... stages) {
    return models
        .getLatestVersions(
            GetLatestVersionsRequest.newBuilder()
                .setName(name)
                .addAllStages(List.of(stages))
                .build())
        .getModelVersionsList();
  }
}
