package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;

import io.penstock.demo.suite.Refusal;
import io.penstock.demo.training.Evaluation;
import io.penstock.demo.training.Finding;
import io.penstock.demo.training.Profiles;
import io.penstock.demo.training.Study;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.Dataset;
import io.penstock.proto.registry.v1.DatasetServiceGrpc;
import io.penstock.proto.registry.v1.DatasetServiceGrpc.DatasetServiceBlockingStub;
import io.penstock.proto.registry.v1.Experiment;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc.ExperimentServiceBlockingStub;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.GetExperimentRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.MetricPoint;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.RunInput;
import io.penstock.proto.registry.v1.RunStatus;

/// Logs how a model came about: parameters, metrics, and the data by its hash.
final class RunLog {

  private static final String SOURCE =
      "npm vega-datasets 3.2.1, data/flights-3m.parquet, thinned by deploy/demo/sample.sql";

  private final ExperimentServiceBlockingStub experiments;
  private final DatasetServiceBlockingStub datasets;

  RunLog(Story story) {
    this.experiments = story.suite().as(ADA, ExperimentServiceGrpc::newBlockingStub);
    this.datasets = story.suite().as(ADA, DatasetServiceGrpc::newBlockingStub);
  }

  /// @return the finished run
  Run log(Study study, Finding finding) {
    Experiment experiment = experiment();
    Run run =
        experiments.createRun(
            CreateRunRequest.newBuilder()
                .setParent(experiment.getName())
                .setDisplayName(finding.model().recipe().name())
                .putTags("library", "lightgbm")
                .build());
    experiments.logRunData(data(run, dataset(study), finding));
    return experiments.finishRun(
        FinishRunRequest.newBuilder()
            .setName(run.getName())
            .setStatus(RunStatus.RUN_STATUS_FINISHED)
            .build());
  }

  private Experiment experiment() {
    return Refusal.orExisting(
        () ->
            experiments.createExperiment(
                CreateExperimentRequest.newBuilder()
                    .setExperimentId(FlightDelay.ID)
                    .setDescription("Will a flight arrive more than 15 minutes late?")
                    .build()),
        () ->
            experiments.getExperiment(
                GetExperimentRequest.newBuilder().setName(FlightDelay.EXPERIMENT).build()));
  }

  /// The same content again is the same snapshot.
  private Dataset dataset(Study study) {
    return datasets.registerDataset(
        RegisterDatasetRequest.newBuilder()
            .setDataset(
                Dataset.newBuilder()
                    .setDatasetId(FlightDelay.DATASET_ID)
                    .setSha256(study.flights().sha256())
                    .setSource(SOURCE)
                    .setRows(study.flights().all().size())
                    .setProfile(Profiles.of(study.candidate().training())))
            .build());
  }

  private static LogRunDataRequest data(Run run, Dataset dataset, Finding finding) {
    LogRunDataRequest.Builder data =
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .putAllParams(finding.model().recipe().parameters())
            .putParams("columns", String.join(",", finding.model().recipe().columns()))
            .putParams("trained_on", Study.TRAINING_FROM + "/" + Study.LIVE_FROM)
            .putParams("validated_on", Study.VALIDATION_FROM + "/" + Study.LIVE_FROM)
            .addInputs(input(dataset, "training"))
            .addInputs(input(dataset, "validation"));
    finding.aucByTrees().forEach((trees, auc) -> data.addMetrics(metric("auc", auc, trees)));
    Evaluation validation = finding.validation();
    int trees = finding.aucByTrees().lastKey();
    return data.addMetrics(metric("brier", validation.brier(), trees))
        .addMetrics(metric("log_loss", validation.logLoss(), trees))
        .build();
  }

  private static RunInput input(Dataset dataset, String context) {
    return RunInput.newBuilder().setDataset(dataset.getName()).setContext(context).build();
  }

  private static MetricPoint metric(String key, double value, int step) {
    return MetricPoint.newBuilder().setKey(key).setValue(value).setStep(step).build();
  }
}
