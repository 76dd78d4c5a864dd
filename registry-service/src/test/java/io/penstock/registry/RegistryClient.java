package io.penstock.registry;

import io.grpc.Channel;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.DatasetServiceGrpc;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.Promotion;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import io.penstock.testkit.ServiceExtension;
import java.io.ByteArrayOutputStream;
import java.util.UUID;

/// Somebody who works with the registry over gRPC.
public final class RegistryClient {

  public final ExperimentServiceGrpc.ExperimentServiceBlockingStub experiments;
  public final DatasetServiceGrpc.DatasetServiceBlockingStub datasets;
  public final ModelServiceGrpc.ModelServiceBlockingStub models;
  public final ReleaseServiceGrpc.ReleaseServiceBlockingStub releases;
  public final ArtifactServiceGrpc.ArtifactServiceBlockingStub artifacts;
  private final ArtifactServiceGrpc.ArtifactServiceStub uploads;

  private RegistryClient(Channel channel) {
    experiments = ExperimentServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
    models = ModelServiceGrpc.newBlockingStub(channel);
    releases = ReleaseServiceGrpc.newBlockingStub(channel);
    artifacts = ArtifactServiceGrpc.newBlockingStub(channel);
    uploads = ArtifactServiceGrpc.newStub(channel);
  }

  public static RegistryClient of(ServiceExtension registry, String subject) {
    return new RegistryClient(registry.channel(subject, "data-scientist", "ml-engineer"));
  }

  /// An id that no other test uses.
  public static String unique(String prefix) {
    return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  public Artifact upload(byte[] bytes) {
    return upload("", bytes);
  }

  public Artifact upload(String declaredSha256, byte[] bytes) {
    return Upload.send(
        uploads::uploadArtifact,
        UploadArtifactRequest.newBuilder()
            .setSha256(declaredSha256)
            .setMediaType("application/onnx")
            .build(),
        chunk -> UploadArtifactRequest.newBuilder().setChunk(chunk).build(),
        bytes);
  }

  public byte[] download(String name) {
    var bytes = new ByteArrayOutputStream();
    artifacts
        .downloadArtifact(DownloadArtifactRequest.newBuilder().setName(name).build())
        .forEachRemaining(part -> bytes.writeBytes(part.getChunk().toByteArray()));
    return bytes.toByteArray();
  }

  public Run newRun() {
    var experiment =
        experiments.createExperiment(
            CreateExperimentRequest.newBuilder().setExperimentId(unique("experiment")).build());
    return experiments.createRun(
        CreateRunRequest.newBuilder().setParent(experiment.getName()).build());
  }

  public String newModel() {
    return models
        .createModel(CreateModelRequest.newBuilder().setModelId(unique("model")).build())
        .getName();
  }

  public ModelVersion newVersion(String model, byte[] onnx) {
    return register(model, ModelVersion.newBuilder().setArtifact(upload(onnx).getName()).build());
  }

  public ModelVersion register(String model, ModelVersion version) {
    return models.createModelVersion(
        CreateModelVersionRequest.newBuilder().setParent(model).setVersion(version).build());
  }

  public Promotion promote(String version, Stage target) {
    return models.promoteModelVersion(
        PromoteModelVersionRequest.newBuilder().setName(version).setTargetStage(target).build());
  }

  /// Registers a version and takes it through the production gate, which has to pass.
  public ModelVersion newProductionVersion(String model, byte[] onnx) {
    var version = newVersion(model, onnx);
    var _ = promote(version.getName(), Stage.STAGE_PRODUCTION);
    return version;
  }

  public Release deploy(ModelVersion version, Variant variant, int percent) {
    return releases.deployVersion(deployment(version, variant, percent).build());
  }

  public static DeployVersionRequest.Builder deployment(
      ModelVersion version, Variant variant, int percent) {
    return DeployVersionRequest.newBuilder()
        .setName(releaseOf(version))
        .setVersion(version.getName())
        .setVariant(variant)
        .setPercent(percent);
  }

  public static String releaseOf(ModelVersion version) {
    return "releases/" + version.getName().split("/")[1];
  }
}
