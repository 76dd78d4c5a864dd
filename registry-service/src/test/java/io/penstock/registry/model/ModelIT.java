package io.penstock.registry.model;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelEnsembling;
import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.Dependency;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.proto.registry.v1.GetModelRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.Histogram;
import io.penstock.proto.registry.v1.ListModelVersionsRequest;
import io.penstock.proto.registry.v1.ListModelsRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.MetricPoint;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.QuantizeModelVersionRequest;
import io.penstock.proto.registry.v1.Signature;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.TensorSpec;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.quantization.TestNetworks;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private RegistryClient ada;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
  }

  @Test
  void createModel_isReadBack_andTakenOnce() {
    var request =
        CreateModelRequest.newBuilder()
            .setModelId(RegistryClient.unique("flight-delay"))
            .setDescription("late or not")
            .putTags("team", "delay")
            .build();
    var model = ada.models.createModel(request);
    assertThat(model.getOwner()).isEqualTo("ada");
    assertThat(get(model.getName())).isEqualTo(model);
    assertThatThrownBy(() -> ada.models.createModel(request))
        .satisfies(Failures.with(ALREADY_EXISTS, "MODEL_EXISTS"));
  }

  @Test
  void listModels_pages() {
    for (int i = 0; i < 3; i++) {
      ada.newModel();
    }
    var first = ada.models.listModels(ListModelsRequest.newBuilder().setPageSize(2).build());
    var second =
        ada.models.listModels(
            ListModelsRequest.newBuilder()
                .setPageSize(2)
                .setPageToken(first.getNextPageToken())
                .build());
    assertThat(second.getModels(0).getName()).isGreaterThan(first.getModels(1).getName());
  }

  @Test
  void createVersion_takesTheSignatureFromTheFile() {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1, 2, 3));
    assertThat(version.getStage()).isEqualTo(Stage.STAGE_NONE);
    assertThat(version.getSignature()).isEqualTo(signature(tensor("features", "FP32", -1, 3)));
    assertThat(
            ada.models.getModelVersion(
                GetModelVersionRequest.newBuilder().setName(version.getName()).build()))
        .isEqualTo(version);
  }

  @Test
  void quantizeVersion_makesASmallerOneWithoutTheOriginalsEvidence() {
    var original =
        ada.register(
            ada.newModel(),
            ModelVersion.newBuilder()
                .setArtifact(artifact(new TestNetworks(3).products(13)))
                .setRun(ada.newRun().getName())
                .putTags("team", "delay")
                .build());
    var small = quantize(original);

    assertThat(small.getName()).endsWith("/versions/2");
    assertThat(small.getArtifact()).isNotEqualTo(original.getArtifact());
    assertThat(small.getSignature()).isEqualTo(original.getSignature());
    assertThat(small.getRun()).isEmpty();
    assertThat(small.getTagsMap())
        .containsEntry("team", "delay")
        .containsEntry("quantized_from", original.getName())
        .containsEntry("quantization", "int8");
    assertThatThrownBy(() -> quantize(small))
        .satisfies(Failures.with(FAILED_PRECONDITION, "NOTHING_TO_QUANTIZE"));
  }

  private ModelVersion quantize(ModelVersion version) {
    return ada.models.quantizeModelVersion(
        QuantizeModelVersionRequest.newBuilder().setName(version.getName()).build());
  }

  @Test
  void createVersion_keepsEverythingDeclared() {
    var run = ada.newRun();
    ada.experiments.logRunData(
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .addMetrics(MetricPoint.newBuilder().setKey("auc").setValue(0.67))
            .addMetrics(MetricPoint.newBuilder().setKey("broken").setValue(Double.NaN))
            .build());
    var declared =
        ModelVersion.newBuilder()
            .setArtifact(artifact(TestOnnx.logistic(0, 1, 2)))
            .setDescription("second try")
            .setRun(run.getName())
            .setSignature(signature(tensor("features", "FP32", -1, 2)))
            .setFeatureBinding(binding("features", "distance", "late_rate"))
            .setBaselineProfile(
                DatasetProfile.newBuilder()
                    .addColumns(
                        ColumnProfile.newBuilder()
                            .setName("distance")
                            .setHistogram(
                                Histogram.newBuilder()
                                    .addEdges(500)
                                    .addAllCounts(List.of(1L, 2L)))))
            .addDependencies(Dependency.newBuilder().setPurl("pkg:maven/a/b@1"))
            .putTags("trees", "120")
            .build();
    var version = ada.register(ada.newModel(), declared);

    assertThat(version.getMetricsMap())
        .containsEntry("auc", 0.67)
        .containsEntry("broken", Double.NaN);
    assertThat(
            version.toBuilder()
                .clearName()
                .clearStage()
                .clearMetrics()
                .clearCreateTime()
                .clearCreatedBy()
                .clearEtag()
                .build())
        .isEqualTo(declared);
  }

  @Test
  void createVersion_byManyAtOnce_leavesNoGap() throws Exception {
    var model = ada.newModel();
    var good = artifact(TestOnnx.logistic(0, 1));
    var bad = artifact("no model".getBytes(StandardCharsets.UTF_8));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Object>>();
      for (int i = 0; i < 40; i++) {
        var artifact = i % 4 == 0 ? bad : good;
        calls.add(
            () -> ada.register(model, ModelVersion.newBuilder().setArtifact(artifact).build()));
      }
      threads.invokeAll(calls);
    }
    var numbers =
        ada
            .models
            .listModelVersions(ListModelVersionsRequest.newBuilder().setParent(model).build())
            .getVersionsList()
            .stream()
            .map(version -> Long.parseLong(version.getName().split("/")[3]))
            .toList();
    assertThat(numbers.reversed())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 30).boxed().toList());
    assertThat(get(model).getLatestVersion()).isEqualTo(30);
  }

  @Test
  void createVersion_ofUnknownThings_saysWhich() {
    var stored = ModelVersion.newBuilder().setArtifact(artifact(TestOnnx.logistic(0, 1)));
    assertThatThrownBy(() -> ada.register("models/nowhere", stored.build()))
        .satisfies(Failures.with(NOT_FOUND, "MODEL_NOT_FOUND"));

    var model = ada.newModel();
    var unknown = ModelVersion.newBuilder().setArtifact("artifacts/" + "e".repeat(64)).build();
    assertThatThrownBy(() -> ada.register(model, unknown))
        .satisfies(Failures.with(NOT_FOUND, "ARTIFACT_NOT_FOUND"));

    var ensemble =
        stored
            .clone()
            .setConfig(
                ModelConfig.newBuilder().setEnsembleScheduling(ModelEnsembling.newBuilder()));
    assertThatThrownBy(() -> ada.register(model, ensemble.build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));

    var lost = stored.clone().setRun("experiments/e/runs/none").build();
    assertThatThrownBy(() -> ada.register(model, lost))
        .satisfies(Failures.with(NOT_FOUND, "RUN_NOT_FOUND"));
    assertThat(get(model).getLatestVersion()).isZero();
  }

  @Test
  void createVersion_ofAnotherSignature_saysTheDifferenceInWords() {
    var version =
        ModelVersion.newBuilder()
            .setArtifact(artifact(TestOnnx.logistic(0, 1, 2, 3)))
            .setSignature(signature(tensor("features", "FP32", -1, 9)))
            .build();
    assertThatThrownBy(() -> ada.register(ada.newModel(), version))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "SIGNATURE_MISMATCH",
                status ->
                    assertThat(status.violations())
                        .containsExactly(
                            new FieldViolation(
                                "version.signature.inputs[0]",
                                "input 'features' is declared as FP32 [-1, 9], the model has FP32"
                                    + " [-1, 3]"))));
  }

  @Test
  void createVersion_ofWhatIsNoModel_isRefused() {
    assertRefused("no model at all".getBytes(StandardCharsets.UTF_8), "NOT_ONNX");
    assertRefused(new byte[0], "NOT_ONNX");
  }

  @Test
  void createVersion_ofExternalData_namesThePath() {
    var version =
        ModelVersion.newBuilder()
            .setArtifact(artifact(TestOnnx.withExternalData("../../etc/passwd")))
            .build();
    assertThatThrownBy(() -> ada.register(ada.newModel(), version))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "EXTERNAL_DATA",
                status -> assertThat(status.metadata()).containsEntry("path", "../../etc/passwd")));
  }

  @Test
  void createVersion_ofABindingThatDoesNotFit_namesTheField() {
    var model = TestOnnx.logistic(0, 1, 2, 3);
    assertBindingRefused(model, binding("x", "a", "b", "c"), "version.feature_binding.input");
    assertBindingRefused(model, binding("features", "a", "b"), "version.feature_binding.columns");
    assertBindingRefused(
        model, binding("features", "a", "b", "a"), "version.feature_binding.columns[2].name");
    var badView =
        binding("features", "a", "b", "c").toBuilder()
            .setColumns(
                1,
                FeatureColumn.newBuilder()
                    .setName("b")
                    .setFeature(FeatureReference.newBuilder().setFeatureView("origin_stats")))
            .build();
    assertBindingRefused(model, badView, "version.feature_binding.columns[1].feature.feature_view");
  }

  @Test
  void createVersion_withBadFields_namesAllOfThem() {
    var version =
        ModelVersion.newBuilder()
            .setArtifact(artifact(TestOnnx.logistic(0, 1)))
            .setSignature(signature(tensor("features", "FLOAT", -7)))
            .addDependencies(Dependency.newBuilder().setPurl("lightgbm"))
            .build();
    assertThatThrownBy(() -> ada.register(ada.newModel(), version))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactly(
                            "version.signature.inputs[0].datatype",
                            "version.signature.inputs[0].shape",
                            "version.dependencies[0].purl")));
  }

  @Test
  void createVersion_ofCorruptBytes_isDataLoss() throws Exception {
    var bytes = TestOnnx.logistic(0.123f, 1);
    var name = artifact(bytes);
    var hex = name.substring("artifacts/".length());
    var file =
        directory
            .resolve("sha256")
            .resolve(hex.substring(0, 2))
            .resolve(hex.substring(2, 4))
            .resolve(hex);
    Files.delete(file);
    Files.write(file, TestOnnx.logistic(0.456f, 1));
    assertThatThrownBy(
            () -> ada.register(ada.newModel(), ModelVersion.newBuilder().setArtifact(name).build()))
        .satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
  }

  private void assertRefused(byte[] bytes, String reason) {
    var version = ModelVersion.newBuilder().setArtifact(artifact(bytes)).build();
    assertThatThrownBy(() -> ada.register(ada.newModel(), version))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                reason,
                status ->
                    assertThat(status.violations().getFirst().field())
                        .isEqualTo("version.artifact")));
  }

  private void assertBindingRefused(byte[] onnx, FeatureBinding binding, String field) {
    var version =
        ModelVersion.newBuilder().setArtifact(artifact(onnx)).setFeatureBinding(binding).build();
    assertThatThrownBy(() -> ada.register(ada.newModel(), version))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .contains(field)));
  }

  private String artifact(byte[] bytes) {
    return ada.upload(bytes).getName();
  }

  private io.penstock.proto.registry.v1.Model get(String name) {
    return ada.models.getModel(GetModelRequest.newBuilder().setName(name).build());
  }

  private static FeatureBinding binding(String input, String... columns) {
    var binding = FeatureBinding.newBuilder().setInput(input);
    for (var column : columns) {
      binding.addColumns(FeatureColumn.newBuilder().setName(column));
    }
    return binding.build();
  }

  private static Signature signature(TensorSpec input) {
    return Signature.newBuilder()
        .addInputs(input)
        .addOutputs(tensor("probability", "FP32", -1, 1))
        .build();
  }

  private static TensorSpec tensor(String name, String type, long... shape) {
    return TensorSpec.newBuilder()
        .setName(name)
        .setDatatype(type)
        .addAllShape(LongStream.of(shape).boxed().toList())
        .build();
  }
}
