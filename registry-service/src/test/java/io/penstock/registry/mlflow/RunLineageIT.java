package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.CreateLoggedModelRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.Dataset;
import io.penstock.proto.mlflow.v1.DatasetInput;
import io.penstock.proto.mlflow.v1.DatasetSummary;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.GetLoggedModelRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.LogMetricRequest;
import io.penstock.proto.mlflow.v1.LogOutputsRequest;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.ModelInput;
import io.penstock.proto.mlflow.v1.ModelOutput;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.SearchDatasetsRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.DatasetFile;
import io.penstock.proto.registry.v1.DatasetManifest;
import io.penstock.proto.registry.v1.ListDatasetUsesRequest;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunLineageIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private RegistryClient ada;
  private TrackingServiceGrpc.TrackingServiceBlockingStub tracking;
  private LoggedModelServiceGrpc.LoggedModelServiceBlockingStub models;
  private String experiment;
  private String run;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
    var channel = registry.channel("ada", "data-scientist");
    tracking = TrackingServiceGrpc.newBlockingStub(channel);
    models = LoggedModelServiceGrpc.newBlockingStub(channel);
    experiment = RegistryClient.unique("flights");
    var _ =
        ada.experiments.createExperiment(
            CreateExperimentRequest.newBuilder().setExperimentId(experiment).build());
    run = newRun();
  }

  private String newRun() {
    return tracking
        .createRun(CreateRunRequest.newBuilder().setExperimentId(experiment).build())
        .getRun()
        .getInfo()
        .getRunId();
  }

  @Test
  void logInputs_isReadBack_andNotedOnce() {
    var input = input(dataset("train").setSchema("{}").setProfile("{\"rows\":3}"), "training");
    log(input, input(dataset("test"), "test"));
    log(input);

    var inputs = run().getInputs();
    assertThat(inputs.getDatasetInputsList())
        .containsExactlyInAnyOrder(input, input(dataset("test"), "test"));
    assertThat(run().hasOutputs()).isTrue();
  }

  @Test
  void logInputs_ofKnownData_keepsItsFirstDescription() {
    log(input(dataset("train"), "training"));
    log(input(dataset("train").setSource("elsewhere"), "test"));
    assertThat(run().getInputs().getDatasetInputsList())
        .containsExactly(input(dataset("train"), "training"));
  }

  @Test
  void logInputs_ofModels_andLogOutputs_areReadBack() {
    var request =
        LogInputsRequest.newBuilder()
            .setRunId(run)
            .addModels(ModelInput.newBuilder().setModelId("m-1"))
            .addModels(ModelInput.newBuilder().setModelId("m-1"));
    var _ = tracking.logInputs(request.build());
    var outputs =
        LogOutputsRequest.newBuilder()
            .setRunId(run)
            .addModels(ModelOutput.newBuilder().setModelId("m-2").setStep(7))
            .addModels(ModelOutput.newBuilder().setModelId("m-2").setStep(9))
            .build();
    var _ = tracking.logOutputs(outputs);
    var _ = tracking.logOutputs(outputs);

    assertThat(run().getInputs().getModelInputsList())
        .containsExactly(ModelInput.newBuilder().setModelId("m-1").build());
    assertThat(run().getOutputs().getModelOutputsList())
        .containsExactlyElementsOf(outputs.getModelsList());
  }

  @Test
  void logInputs_withTooLongTexts_isRefused() {
    assertThatThrownBy(() -> log(input(dataset("n".repeat(501)), "")))
        .satisfies(invalid("'name' exceeds the maximum length of 500 characters"));
    assertThatThrownBy(() -> log(input(dataset("n").setDigest("d".repeat(37)), "")))
        .satisfies(invalid("'digest' exceeds the maximum length of 36 characters"));
    assertThatThrownBy(() -> log(input(dataset("n").setSource("s".repeat(65_536)), "")))
        .satisfies(invalid("'source' exceeds the maximum length of 65535 characters"));
    assertThatThrownBy(() -> log(input(dataset("n").setSchema("s".repeat(1_048_576)), "")))
        .satisfies(invalid("'schema' exceeds the maximum length of 1048575 characters"));
    assertThatThrownBy(() -> log(input(dataset("n"), "v".repeat(501))))
        .satisfies(invalid("'value' exceeds the maximum length of 500 characters"));
    assertThatThrownBy(() -> log(input(dataset("n").clearDigest(), "")))
        .satisfies(
            invalid(
                "Missing value for required parameter 'datasets[0].dataset.digest'. See the API docs for more information about request parameters."));
  }

  @Test
  void logInputs_ofARunThatTakesNone_isRefused() {
    var id = run;
    run = "nowhere";
    assertThatThrownBy(() -> log(input(dataset("n"), "")))
        .satisfies(
            Failures.with(
                NOT_FOUND,
                "RESOURCE_DOES_NOT_EXIST",
                status -> assertThat(status.message()).isEqualTo("Run with id=nowhere not found")));
    run = id;
    var _ = tracking.deleteRun(DeleteRunRequest.newBuilder().setRunId(run).build());
    assertThatThrownBy(() -> log(input(dataset("n"), "")))
        .satisfies(
            invalid(
                "The run %s must be in the 'active' state. Current state is deleted."
                    .formatted(run)));
  }

  @Test
  void logInputs_namingASnapshot_isAUseOfIt() {
    var snapshot =
        ada.datasets
            .registerDataset(
                RegisterDatasetRequest.newBuilder()
                    .setDataset(
                        io.penstock.proto.registry.v1.Dataset.newBuilder()
                            .setDatasetId(RegistryClient.unique("flights"))
                            .setManifest(
                                DatasetManifest.newBuilder()
                                    .addFiles(
                                        DatasetFile.newBuilder()
                                            .setPath("a.csv")
                                            .setSha256("a".repeat(64)))))
                    .build())
            .getName();
    log(
        input(dataset("train").setSource("{\"uri\": \"" + snapshot + "\"}"), "training"),
        input(dataset("gone").setSource("datasets/no/snapshots/" + "0".repeat(64)), "training"));

    var uses =
        ada.datasets.listDatasetUses(ListDatasetUsesRequest.newBuilder().setName(snapshot).build());
    assertThat(uses.getUsesList())
        .singleElement()
        .satisfies(
            use -> {
              assertThat(use.getUser())
                  .isEqualTo("experiments/%s/runs/%s".formatted(experiment, run));
              assertThat(use.getContext()).isEqualTo("training");
            });
  }

  @Test
  void searchDatasets_summarizesExperiments() {
    log(input(dataset("train"), "training"), input(dataset("test")));
    run = newRun();
    log(input(dataset("train"), "training"));

    var summaries = search(List.of(experiment));
    assertThat(summaries)
        .containsExactly(summary("test").build(), summary("train").setContext("training").build());
    assertThatThrownBy(() -> search(List.of()))
        .satisfies(invalid("SearchDatasets request must specify at least one experiment_id."));
    assertThatThrownBy(() -> search(Collections.nCopies(21, "0")))
        .satisfies(
            invalid(
                "SearchDatasets request cannot specify more than 20 experiment_ids. Received 21 experiment_ids."));
  }

  @Test
  void metricsThatNameAModel_areTheModels() {
    var model =
        models
            .createLoggedModel(
                CreateLoggedModelRequest.newBuilder().setExperimentId(experiment).build())
            .getModel()
            .getInfo()
            .getModelId();
    var point =
        Metric.newBuilder()
            .setKey("auc")
            .setValue(0.8)
            .setTimestamp(5)
            .setStep(1)
            .setModelId(model)
            .setDatasetName("test")
            .setDatasetDigest("abc")
            .build();
    var batch =
        LogBatchRequest.newBuilder()
            .setRunId(run)
            .addMetrics(point)
            .addMetrics(point.toBuilder().setKey("loss").clearModelId())
            .addMetrics(point.toBuilder().setModelId("m-unknown"))
            .build();
    var _ = tracking.logBatch(batch);
    var _ = tracking.logBatch(batch);
    var _ =
        tracking.logMetric(
            LogMetricRequest.newBuilder()
                .setRunId(run)
                .setKey("auc")
                .setValue(Double.NaN)
                .setTimestamp(6)
                .setModelId(model)
                .build());

    var stored =
        models
            .getLoggedModel(GetLoggedModelRequest.newBuilder().setModelId(model).build())
            .getModel()
            .getData()
            .getMetricsList();
    assertThat(stored).hasSize(2);
    assertThat(stored.get(0).getValue()).isNaN();
    assertThat(stored.get(0).hasDatasetName()).isFalse();
    assertThat(stored.get(1)).isEqualTo(point.toBuilder().setRunId(run).build());
  }

  private List<DatasetSummary> search(List<String> experiments) {
    return tracking
        .searchDatasets(SearchDatasetsRequest.newBuilder().addAllExperimentIds(experiments).build())
        .getDatasetSummariesList();
  }

  private DatasetSummary.Builder summary(String name) {
    return DatasetSummary.newBuilder().setExperimentId(experiment).setName(name).setDigest("abc");
  }

  private void log(DatasetInput... inputs) {
    var _ =
        tracking.logInputs(
            LogInputsRequest.newBuilder().setRunId(run).addAllDatasets(List.of(inputs)).build());
  }

  private Run run() {
    return tracking.getRun(GetRunRequest.newBuilder().setRunId(run).build()).getRun();
  }

  private static Dataset.Builder dataset(String name) {
    return Dataset.newBuilder()
        .setName(name)
        .setDigest("abc")
        .setSourceType("local")
        .setSource("/data/" + name);
  }

  private static DatasetInput input(Dataset.Builder dataset) {
    return DatasetInput.newBuilder().setDataset(dataset).build();
  }

  private static DatasetInput input(Dataset.Builder dataset, String context) {
    return DatasetInput.newBuilder()
        .setDataset(dataset)
        .addTags(Tag.newBuilder().setKey("mlflow.data.context").setValue(context))
        .build();
  }

  private static ThrowingConsumer<Throwable> invalid(String message) {
    return Failures.with(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        status -> assertThat(status.message()).isEqualTo(message));
  }
}
