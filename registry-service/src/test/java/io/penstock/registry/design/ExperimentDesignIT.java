package io.penstock.registry.design;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.mlflow.v1.Dataset;
import io.penstock.proto.mlflow.v1.DatasetInput;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.registry.v1.AssignRowsRequest;
import io.penstock.proto.registry.v1.CompareRunsRequest;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.CreateSplitRequest;
import io.penstock.proto.registry.v1.DesignMetric;
import io.penstock.proto.registry.v1.DesignVariant;
import io.penstock.proto.registry.v1.ExperimentDesign;
import io.penstock.proto.registry.v1.ExperimentDesignServiceGrpc;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.GetExperimentDesignRequest;
import io.penstock.proto.registry.v1.GetResultTableRequest;
import io.penstock.proto.registry.v1.GetRunRequest;
import io.penstock.proto.registry.v1.GetSplitRequest;
import io.penstock.proto.registry.v1.Goal;
import io.penstock.proto.registry.v1.IntervalMethod;
import io.penstock.proto.registry.v1.ListExperimentDesignsRequest;
import io.penstock.proto.registry.v1.ListSplitsRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.MetricPoint;
import io.penstock.proto.registry.v1.RerunRunRequest;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.RunComparison;
import io.penstock.proto.registry.v1.RunStatus;
import io.penstock.proto.registry.v1.SetExperimentDesignRequest;
import io.penstock.proto.registry.v1.Split;
import io.penstock.proto.registry.v1.SplitPart;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ExperimentDesignIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private RegistryClient ada;
  private ExperimentDesignServiceGrpc.ExperimentDesignServiceBlockingStub designs;
  private String experiment;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
    designs =
        ExperimentDesignServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
    experiment =
        ada.experiments
            .createExperiment(
                CreateExperimentRequest.newBuilder()
                    .setExperimentId(RegistryClient.unique("flights"))
                    .build())
            .getName();
  }

  @Test
  void designs_areRevisions() {
    var first = set(design().setHypothesis("more trees are better"));
    assertThat(first.getName()).isEqualTo(experiment + "/designs/1");
    assertThat(first.getBaseline()).isEqualTo("small");
    assertThat(first.getConfidence()).isEqualTo(0.95);
    assertThat(first.getCreatedBy()).isEqualTo("ada");
    finished("large", Map.of("auc", 0.8));

    var second = set(design().setHypothesis("more trees are worse"));
    assertThat(second.getName()).isEqualTo(experiment + "/designs/2");
    assertThat(second.getRunsBefore()).isEqualTo(1);
    assertThat(get(0)).isEqualTo(second);
    assertThat(get(1)).isEqualTo(first);
    assertThatThrownBy(() -> get(3))
        .satisfies(Failures.with(NOT_FOUND, "EXPERIMENT_DESIGN_NOT_FOUND"));
  }

  @Test
  void setExperimentDesign_withBadFields_namesAllOfThem() {
    var design =
        ExperimentDesign.newBuilder()
            .addVariants(DesignVariant.newBuilder().setName("a"))
            .addVariants(DesignVariant.newBuilder().setName("a"))
            .setBaseline("b")
            .addMetrics(
                DesignMetric.newBuilder()
                    .setKey("share")
                    .setInterval(IntervalMethod.INTERVAL_METHOD_WILSON))
            .setConfidence(95);
    assertThatThrownBy(() -> set(design))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactlyInAnyOrder(
                            "design.variants[1].name",
                            "design.baseline",
                            "design.metrics[0].goal",
                            "design.metrics[0].trials_key",
                            "design.confidence")));
    assertThatThrownBy(() -> set(design().setSplit(experiment + "/splits/none")))
        .satisfies(Failures.with(NOT_FOUND, "SPLIT_NOT_FOUND"));
    experiment = "experiments/nowhere";
    assertThatThrownBy(() -> set(design()))
        .satisfies(Failures.with(NOT_FOUND, "EXPERIMENT_NOT_FOUND"));
  }

  @Test
  void splits_areFixed() {
    var split = create(split());
    assertThat(split.getSha256())
        .isEqualTo("4341671d4dfc9701278c52bfa2f4e000855e1cdeca95d85f32a77032e9606dae");
    assertThat(designs.getSplit(GetSplitRequest.newBuilder().setName(split.getName()).build()))
        .isEqualTo(split);
    assertThatThrownBy(() -> create(split().setSeed("another")))
        .satisfies(Failures.with(ALREADY_EXISTS, "SPLIT_EXISTS"));

    var assigned =
        designs.assignRows(
            AssignRowsRequest.newBuilder()
                .setName(split.getName())
                .addKeys("")
                .addKeys("flight-42")
                .build());
    assertThat(assigned.getPartsList()).containsExactly("validation", "train");
    assertThat(assigned.getSha256()).isEqualTo(split.getSha256());
  }

  @Test
  void createSplit_withBadFields_isRefused() {
    assertThatThrownBy(() -> create(split().clearParts()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> create(split().addParts(part("train", 1))))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> create(split().addParts(part("none", 0))))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> create(split().setDataset("datasets/x/snapshots/" + "0".repeat(64))))
        .satisfies(Failures.with(NOT_FOUND, "DATASET_NOT_FOUND"));
  }

  @Test
  void getResultTable_ofFinishedRuns() {
    var _ = set(design());
    for (double value : new double[] {0.70, 0.72, 0.71}) {
      finished("small", Map.of("auc", value));
      finished("large", Map.of("auc", value + 0.1));
    }
    finished("unheard-of", Map.of("auc", 0.1));
    var _ = running("small", Map.of("auc", 0.2));

    var table =
        designs.getResultTable(GetResultTableRequest.newBuilder().setParent(experiment).build());
    assertThat(table.getVariantsList())
        .extracting(it -> it.getVariant() + " " + it.getRuns())
        .containsExactly("small 3", "large 3");
    var large = table.getVariants(1).getMetrics(0);
    assertThat(large.getMean()).isCloseTo(0.81, within(1e-12));
    assertThat(large.hasInterval()).isTrue();
    assertThat(large.getDifference().getValue()).isCloseTo(0.1, within(1e-12));
    assertThat(large.getDifference().getBetter()).isTrue();
    assertThat(table.getRemarksList()).isEmpty();
  }

  @Test
  void listSplitsAndDesigns_page() {
    for (var id : List.of("b", "a")) {
      designs.createSplit(
          CreateSplitRequest.newBuilder()
              .setParent(experiment)
              .setSplitId(id)
              .setSplit(
                  Split.newBuilder()
                      .setSeed("1")
                      .addParts(SplitPart.newBuilder().setName("train").setWeight(1))
                      .addParts(SplitPart.newBuilder().setName("test").setWeight(1)))
              .build());
    }
    var request = ListSplitsRequest.newBuilder().setParent(experiment).setPageSize(1);
    var first = designs.listSplits(request.build());
    var second = designs.listSplits(request.setPageToken(first.getNextPageToken()).build());
    assertThat(List.of(first.getSplits(0).getName(), second.getSplits(0).getName()))
        .containsExactly(experiment + "/splits/a", experiment + "/splits/b");
    assertThat(second.getNextPageToken()).isEmpty();

    for (int i = 0; i < 2; i++) {
      designs.setExperimentDesign(
          SetExperimentDesignRequest.newBuilder()
              .setParent(experiment)
              .setDesign(
                  ExperimentDesign.newBuilder()
                      .setHypothesis("guess " + i)
                      .addVariants(DesignVariant.newBuilder().setName("v"))
                      .addMetrics(
                          DesignMetric.newBuilder().setKey("auc").setGoal(Goal.GOAL_MAXIMIZE)))
              .build());
    }
    assertThat(
            designs
                .listExperimentDesigns(
                    ListExperimentDesignsRequest.newBuilder().setParent(experiment).build())
                .getDesignsList())
        .extracting(ExperimentDesign::getHypothesis)
        .containsExactly("guess 1", "guess 0");
  }

  @Test
  void compareRuns_tellsWhatDiffers() {
    var first = repeated(Map.of("trees", "10", "depth", "3"), 0.70, 0.72, 0.74);
    var second = repeated(Map.of("trees", "20", "depth", "3"), 0.71, 0.73, 0.75);
    var third = finished("small", Map.of("auc", 0.9, "loss", Double.NaN));
    var comparison = compare(first, second, third);

    assertThat(comparison.getParamsList())
        .extracting(param -> param.getKey())
        .containsExactly("depth", "trees");
    assertThat(comparison.getParams(1).getValuesList())
        .extracting(value -> value.getValue())
        .containsExactly("10", "20", "");
    assertThat(comparison.getParams(1).getValues(2).hasValue()).isFalse();
    assertThat(comparison.getSameInputs()).as("nobody said what was read").isFalse();
    var auc = comparison.getMetrics(0).getRunsList();
    assertThat(auc).extracting(it -> it.getN()).containsExactly(3, 3, 1);
    assertThat(auc.get(1).getDifference()).isCloseTo(0.01, within(1e-12));
    assertThat(auc.get(1).getIntervalsOverlap()).isTrue();
    assertThat(auc.get(2).hasInterval()).isFalse();
    assertThat(auc.get(2).hasIntervalsOverlap()).isFalse();
    assertThat(comparison.getMetrics(1).getRuns(2).getN()).isZero();
    assertThatThrownBy(() -> compare(first))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void compareRuns_tellsWhetherTheyReadTheSame() {
    var tracking = TrackingServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
    var runs = List.of(create(Map.of()), create(Map.of()), create(Map.of()));
    for (int i = 0; i < 3; i++) {
      var data = Dataset.newBuilder().setName("flights").setDigest(i < 2 ? "one" : "other");
      var _ =
          tracking.logInputs(
              LogInputsRequest.newBuilder()
                  .setRunId(runs.get(i).getName().split("/")[3])
                  .addDatasets(
                      DatasetInput.newBuilder()
                          .setDataset(data.setSourceType("local").setSource("{}")))
                  .build());
    }
    assertThat(compare(runs.get(0), runs.get(1)).getSameInputs()).isTrue();
    assertThat(compare(runs.get(0), runs.get(2)).getSameInputs()).isFalse();
  }

  @Test
  void rerunRun_beginsAnewFromTheRecord() {
    var pattern = repeated(Map.of("trees", "10"), 0.7);
    var run = designs.rerunRun(RerunRunRequest.newBuilder().setName(pattern.getName()).build());
    assertThat(run.getDisplayName()).isEqualTo("rerun of " + pattern.getName().split("/")[3]);

    assertThat(run.getName()).startsWith(experiment + "/runs/").isNotEqualTo(pattern.getName());
    assertThat(run.getStatus()).isEqualTo(RunStatus.RUN_STATUS_RUNNING);
    assertThat(run.getParamsMap()).isEqualTo(pattern.getParamsMap());
    assertThat(run.getMetricsMap()).isEmpty();
    assertThat(run.getTagsMap())
        .containsEntry("penstock.repeats", "folds")
        .containsEntry("penstock.rerun_of", pattern.getName());
    assertThat(ada.experiments.getRun(GetRunRequest.newBuilder().setName(run.getName()).build()))
        .isEqualTo(run);
    assertThatThrownBy(
            () ->
                designs.rerunRun(
                    RerunRunRequest.newBuilder().setName(experiment + "/runs/none").build()))
        .satisfies(Failures.with(NOT_FOUND, "RUN_NOT_FOUND"));
  }

  private RunComparison compare(Run... runs) {
    return designs.compareRuns(
        CompareRunsRequest.newBuilder()
            .addAllNames(List.of(runs).stream().map(Run::getName).toList())
            .build());
  }

  private Run repeated(Map<String, String> params, double... values) {
    var run = create(Map.of("penstock.repeats", "folds"));
    var log = LogRunDataRequest.newBuilder().setName(run.getName()).putAllParams(params);
    log.addMetrics(MetricPoint.newBuilder().setKey("auc").setValue(0.1).setStep(1));
    for (double value : values) {
      log.addMetrics(MetricPoint.newBuilder().setKey("auc").setValue(value).setStep(2));
    }
    return ada.experiments.logRunData(log.build());
  }

  private Run finished(String variant, Map<String, Double> metrics) {
    var run = running(variant, metrics);
    return ada.experiments.finishRun(FinishRunRequest.newBuilder().setName(run.getName()).build());
  }

  private Run running(String variant, Map<String, Double> metrics) {
    var run = create(Map.of("penstock.variant", variant));
    var log = LogRunDataRequest.newBuilder().setName(run.getName());
    metrics.forEach(
        (key, value) -> log.addMetrics(MetricPoint.newBuilder().setKey(key).setValue(value)));
    return ada.experiments.logRunData(log.build());
  }

  private Run create(Map<String, String> tags) {
    return ada.experiments.createRun(
        CreateRunRequest.newBuilder().setParent(experiment).putAllTags(tags).build());
  }

  private Split create(Split.Builder split) {
    return designs.createSplit(
        CreateSplitRequest.newBuilder()
            .setParent(experiment)
            .setSplitId("holdout")
            .setSplit(split)
            .build());
  }

  private static Split.Builder split() {
    return Split.newBuilder()
        .setSeed("42")
        .setKey("flight_id")
        .addParts(part("train", 80))
        .addParts(part("validation", 10))
        .addParts(part("test", 10));
  }

  private static SplitPart part(String name, int weight) {
    return SplitPart.newBuilder().setName(name).setWeight(weight).build();
  }

  private ExperimentDesign set(ExperimentDesign.Builder design) {
    return designs.setExperimentDesign(
        SetExperimentDesignRequest.newBuilder().setParent(experiment).setDesign(design).build());
  }

  private ExperimentDesign get(int revision) {
    return designs.getExperimentDesign(
        GetExperimentDesignRequest.newBuilder()
            .setParent(experiment)
            .setRevision(revision)
            .build());
  }

  private static ExperimentDesign.Builder design() {
    return ExperimentDesign.newBuilder()
        .addVariants(DesignVariant.newBuilder().setName("small"))
        .addVariants(DesignVariant.newBuilder().setName("large"))
        .addMetrics(DesignMetric.newBuilder().setKey("auc").setGoal(Goal.GOAL_MAXIMIZE));
  }
}
