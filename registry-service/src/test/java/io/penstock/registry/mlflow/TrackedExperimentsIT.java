package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.penstock.registry.mlflow.Refusals.assertInvalid;
import static io.penstock.registry.mlflow.Refusals.assertMissing;
import static io.penstock.registry.mlflow.Refusals.assertTaken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentTagRequest;
import io.penstock.proto.mlflow.v1.Experiment;
import io.penstock.proto.mlflow.v1.GetExperimentByNameRequest;
import io.penstock.proto.mlflow.v1.GetExperimentRequest;
import io.penstock.proto.mlflow.v1.RestoreExperimentRequest;
import io.penstock.proto.mlflow.v1.SetExperimentTagRequest;
import io.penstock.proto.mlflow.v1.UpdateExperimentRequest;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackedExperimentsIT extends TrackingFixture {

  @Test
  void defaultExperiment_isThere() {
    var found = experiment("0");
    assertThat(found.getName()).isEqualTo("Default");
    assertThat(found.getArtifactLocation()).isEqualTo("mlflow-artifacts:/0");
    assertThat(found.getLifecycleStage()).isEqualTo("active");
  }

  @Test
  void createExperiment_ofAnyUnicode_isFoundByIdAndName() {
    var name = RegistryClient.unique("飛行機 ✈");
    var id =
        mlflow
            .createExperiment(
                CreateExperimentRequest.newBuilder().setName(name).addTags(tag("a", "b")).build())
            .getExperimentId();
    assertThat(id).matches("[0-9]+");
    var found = experiment(id);
    assertThat(found.getName()).isEqualTo(name);
    assertThat(found.getArtifactLocation()).isEqualTo("mlflow-artifacts:/" + id);
    assertThat(found.getTagsList()).containsExactly(tag("a", "b"));
    assertThat(
            mlflow
                .getExperimentByName(
                    GetExperimentByNameRequest.newBuilder().setExperimentName(name).build())
                .getExperiment())
        .isEqualTo(found);
  }

  @Test
  void createExperiment_ofATakenName_isRefused_evenOfADeletedOne() {
    var name = RegistryClient.unique("taken");
    var id = newExperiment(name);
    assertTaken(() -> newExperiment(name), "Experiment(name=%s) already exists.".formatted(name));
    delete(id);
    assertTaken(() -> newExperiment(name), "Experiment(name=%s) already exists.".formatted(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc",
        "/etc/passwd",
        "relative",
        "C:\\models",
        "C:/models",
        "runs:/abc/model",
        "mlflow-artifacts:/a/../../b",
        "mlflow-artifacts:/%2e%2e/b",
        "mlflow-artifacts:/%252e%252e/b",
        "s3://bucket/a#../../b",
        "s3://bucket/a?x=../..",
        "s3://bucket/\u0007",
        "s3://bucket/%00",
        "FILE:/x",
        "s3://bucket\\..\\x",
        "mlflow-artifacts:/a/%2E%2e%2fb"
      })
  void createExperiment_atAPlaceThatLeadsElsewhere_isRefused(String location) {
    var request =
        CreateExperimentRequest.newBuilder()
            .setName(RegistryClient.unique("x"))
            .setArtifactLocation(location)
            .build();
    assertThatThrownBy(() -> mlflow.createExperiment(request))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket/a b/c", "gs://x", "mlflow-artifacts:/mine", "hdfs://h:1/p"})
  void createExperiment_atARemotePlace_keepsIt(String location) {
    var id =
        mlflow
            .createExperiment(
                CreateExperimentRequest.newBuilder()
                    .setName(RegistryClient.unique("x"))
                    .setArtifactLocation(location)
                    .build())
            .getExperimentId();
    var run = newRun(id);
    assertThat(run.getInfo().getArtifactUri())
        .isEqualTo(location + "/" + run.getInfo().getRunId() + "/artifacts");
  }

  @Test
  void deleteExperiment_takesItsRunsAlong_andRestoreBringsThemBack() {
    var id = newExperiment(RegistryClient.unique("gone"));
    var run = newRun(id).getInfo().getRunId();
    delete(id);
    assertThat(experiment(id).getLifecycleStage()).isEqualTo("deleted");
    assertThat(run(run).getInfo().getLifecycleStage()).isEqualTo("deleted");
    assertInvalid(
        () -> newRun(id),
        "The experiment %s must be in the 'active' state. Current state is deleted.".formatted(id));
    assertMissing(() -> delete(id), "No Experiment with id=%s exists".formatted(id));
    var _ =
        mlflow.restoreExperiment(RestoreExperimentRequest.newBuilder().setExperimentId(id).build());
    assertThat(run(run).getInfo().getLifecycleStage()).isEqualTo("active");
  }

  @Test
  void updateExperiment_renames_unlessTheNameIsTaken() {
    var id = newExperiment(RegistryClient.unique("before"));
    var after = RegistryClient.unique("after");
    var taken = RegistryClient.unique("taken");
    var _ = newExperiment(taken);
    var _ = mlflow.updateExperiment(rename(id, after));
    assertThat(experiment(id).getName()).isEqualTo(after);
    assertThatThrownBy(() -> mlflow.updateExperiment(rename(id, taken)))
        .satisfies(Failures.with(ALREADY_EXISTS, "RESOURCE_ALREADY_EXISTS"));
    delete(id);
    assertThatThrownBy(() -> mlflow.updateExperiment(rename(id, "x")))
        .hasMessageContaining("Cannot rename a non-active experiment.");
  }

  @Test
  void experimentTags_areSetAndDeleted() {
    var id = newExperiment(RegistryClient.unique("tags"));
    var set =
        SetExperimentTagRequest.newBuilder().setExperimentId(id).setKey("k").setValue("v").build();
    var _ = mlflow.setExperimentTag(set);
    var _ = mlflow.setExperimentTag(set.toBuilder().clearValue().build());
    assertThat(experiment(id).getTagsList()).containsExactly(tag("k", ""));
    var delete = DeleteExperimentTagRequest.newBuilder().setExperimentId(id).setKey("k").build();
    var _ = mlflow.deleteExperimentTag(delete);
    assertMissing(
        () -> mlflow.deleteExperimentTag(delete),
        "No tag with name: k in experiment with id " + id);
  }

  private Experiment experiment(String id) {
    return mlflow
        .getExperiment(GetExperimentRequest.newBuilder().setExperimentId(id).build())
        .getExperiment();
  }

  private void delete(String id) {
    var _ =
        mlflow.deleteExperiment(DeleteExperimentRequest.newBuilder().setExperimentId(id).build());
  }

  private static UpdateExperimentRequest rename(String id, String name) {
    return UpdateExperimentRequest.newBuilder().setExperimentId(id).setNewName(name).build();
  }
}
