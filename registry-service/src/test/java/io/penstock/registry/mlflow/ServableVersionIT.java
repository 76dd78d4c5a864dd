package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.StringStringEntryProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ServableVersionIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = peers.registry(() -> directory);

  private ModelRegistryServiceBlockingStub models;
  private FileClient files;
  private RegistryClient ada;

  @BeforeEach
  void connect() {
    peers.pass();
    models =
        ModelRegistryServiceGrpc.newBlockingStub(
            registry.channel("ada", "data-scientist", "ml-engineer"));
    files = FileClient.of(registry, "ada");
    ada = RegistryClient.of(registry, "ada");
  }

  @Test
  void onnxModel_registeredByAnMlflowClient_isPromotedReleasedAndServed() {
    var name = newModel();
    var folder = "0/%s/artifacts/model".formatted(RegistryClient.unique("run"));
    var onnx = TestOnnx.logistic(0, 1, 2, 3);
    files.upload(folder + "/MLmodel", mlmodel("[-1, 3]"));
    files.upload(folder + "/model.onnx", onnx);
    files.upload(folder + "/requirements.txt", bytes("onnxruntime==1.20"));

    var registered = register(name, "mlflow-artifacts:/" + folder);

    assertThat(registered.getStatusMessage()).isEqualTo("the file agrees with MLmodel");
    var version = natively(name, 1);
    assertThat(ada.download(version.getArtifact())).isEqualTo(onnx);
    assertThat(version.getSignature().getInputs(0).getShapeList()).containsExactly(-1L, 3L);
    transition(name, "1", "Production");
    var release = ada.deploy(natively(name, 1), Variant.VARIANT_PRIMARY, 100);
    assertThat(release.getTargets(0).getVersion().getArtifact()).isEqualTo(version.getArtifact());
  }

  @Test
  void filesOfAVersion_areHeldFast_untilItIsDeleted() {
    var name = newModel();
    var folder = "0/%s/artifacts/model".formatted(RegistryClient.unique("run"));
    files.upload(folder + "/model.onnx", TestOnnx.logistic(0, 1));
    register(name, "mlflow-artifacts:/" + folder);

    assertThatThrownBy(() -> files.upload(folder + "/model.onnx", bytes("other")))
        .satisfies(Failures.with(FAILED_PRECONDITION, "FILE_FROZEN"));
    assertThatThrownBy(() -> files.delete(folder))
        .satisfies(Failures.with(FAILED_PRECONDITION, "FILE_FROZEN"));
    models.deleteModelVersion(
        io.penstock.proto.mlflow.v1.DeleteModelVersionRequest.newBuilder()
            .setName(name)
            .setVersion("1")
            .build());
    files.delete(folder);
  }

  @Test
  void weightsBesideTheModel_areTakenIntoIt() throws Exception {
    var name = newModel();
    var folder = "0/%s/artifacts/model".formatted(RegistryClient.unique("run"));
    var whole = ModelProto.parseFrom(TestOnnx.logistic(0, 1, 2));
    files.upload(folder + "/MLmodel", mlmodel("[-1, 2]"));
    files.upload(folder + "/model.onnx", withoutWeights(whole, "3f0c-weights"));
    files.upload(folder + "/3f0c-weights", floats(9, 1, 2));

    register(name, "mlflow-artifacts:/" + folder);

    var stored = ModelProto.parseFrom(ada.download(natively(name, 1).getArtifact()));
    var weights = stored.getGraph().getInitializer(0);
    assertThat(weights.getExternalDataCount()).isZero();
    assertThat(weights.getRawData()).isEqualTo(ByteString.copyFrom(floats(1, 2)));
  }

  @Test
  void weightsElsewhere_makeAVersionThatNothingServes() throws Exception {
    var name = newModel();
    var folder = "0/%s/artifacts/model".formatted(RegistryClient.unique("run"));
    var whole = ModelProto.parseFrom(TestOnnx.logistic(0, 1, 2));
    files.upload(folder + "/model.onnx", withoutWeights(whole, "../../../../etc/passwd"));

    var registered = register(name, "mlflow-artifacts:/" + folder);

    assertThat(registered.getStatusMessage())
        .startsWith("nothing can serve it: ")
        .contains("../../../../etc/passwd");
    transition(name, "1", "Production");
    assertThatThrownBy(() -> ada.deploy(natively(name, 1), Variant.VARIANT_PRIMARY, 100))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_NOT_SERVABLE"));
  }

  @Test
  void signature_isComparedWithWhatIsDeclared_andWithTheVersionBefore() {
    var name = newModel();
    var first = upload(mlmodel("[-1, 1]"), TestOnnx.logistic(0, 1, 2));
    var second = upload(mlmodel("[-1, 2]"), TestOnnx.logistic(1, 1, 2));
    var third = upload(mlmodel("[-1, 3]"), TestOnnx.logistic(1, 1, 2, 3));

    assertThat(register(name, first).getStatusMessage())
        .isEqualTo(
            "the file differs from MLmodel: input 'features' is declared as FP32 [-1, 1], the file has FP32 [-1, 2]");
    register(name, second);
    register(name, third);

    assertThat(natively(name, 2).getSignatureChanges())
        .isEqualTo("compatible with version 1: same inputs and outputs");
    assertThat(natively(name, 3).getSignatureChanges())
        .isEqualTo(
            "not compatible with version 2: input 'features' was FP32 [-1, 2] and is FP32 [-1, 3]");
  }

  @Test
  void version_withoutFilesHere_mayBeTried_andIsNotHeld() {
    var name = newModel();
    register(name, "s3://bucket/model");
    transition(name, "1", "Staging");
    assertThat(natively(name, 1).getStage()).isEqualTo(Stage.STAGE_STAGING);
    var artifact = peers.lastAsked().getFacts().getFieldsOrThrow("artifact").getStructValue();
    assertThat(artifact.getFieldsOrThrow("held").getBoolValue()).isFalse();
    assertThat(artifact.getFieldsOrThrow("verified").getBoolValue()).isFalse();
  }

  private String upload(byte[] mlmodel, byte[] onnx) {
    var folder = "0/%s/artifacts/model".formatted(RegistryClient.unique("run"));
    files.upload(folder + "/MLmodel", mlmodel);
    files.upload(folder + "/model.onnx", onnx);
    return "mlflow-artifacts:/" + folder;
  }

  private static byte[] mlmodel(String shape) {
    return bytes(
        """
        flavors:
          onnx:
            data: model.onnx
            onnx_version: 1.17.0
          python_function:
            data: model.onnx
            loader_module: mlflow.onnx
        signature:
          inputs: '[{"type": "tensor", "name": "features", "tensor-spec": {"dtype": "float32",
            "shape": %s}}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]'
          params: null
        """
            .formatted(shape));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // The weights begin at the second number of their file.
  private static byte[] withoutWeights(ModelProto model, String location) {
    var changed = model.toBuilder();
    changed
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .clearFloatData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", "4"))
        .addExternalData(entry("length", "8"));
    return changed.build().toByteArray();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static byte[] floats(float... values) {
    var buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private String newModel() {
    var name = RegistryClient.unique("onnx");
    var _ =
        models.createRegisteredModel(
            CreateRegisteredModelRequest.newBuilder().setName(name).build());
    return name;
  }

  private io.penstock.proto.mlflow.v1.ModelVersion register(String name, String source) {
    return models
        .createModelVersion(
            CreateModelVersionRequest.newBuilder().setName(name).setSource(source).build())
        .getModelVersion();
  }

  private ModelVersion natively(String name, int number) {
    return ada.models.getModelVersion(
        GetModelVersionRequest.newBuilder()
            .setName("models/%s/versions/%d".formatted(name, number))
            .build());
  }

  private void transition(String name, String version, String stage) {
    var _ =
        models.transitionModelVersionStage(
            TransitionModelVersionStageRequest.newBuilder()
                .setName(name)
                .setVersion(version)
                .setStage(stage)
                .setArchiveExistingVersions(false)
                .build());
  }
}
