package io.penstock.e2e.suite;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.governance.v1.Approval;
import io.penstock.proto.governance.v1.ApprovalServiceGrpc;
import io.penstock.proto.governance.v1.CreateApprovalRequest;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.MetricPoint;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.Promotion;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import io.penstock.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Makes models the way a team does, over the gateway: ada registers and releases, grace approves.
public final class Workshop {

  private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);

  private final RunningSuite suite;
  private final Client ada;
  private final Client grace;

  public Workshop(RunningSuite suite) {
    this.suite = suite;
    this.ada = suite.as("ada", "data-scientist", "ml-engineer");
    this.grace = suite.as("grace", "approver");
  }

  /// A new model whose first version is served.
  ///
  /// @param binding how requests become its input; the default instance for none
  /// @return its first version, whose model's id is new
  public ModelVersion released(byte[] onnx, FeatureBinding binding) throws InterruptedException {
    ModelVersion version = registered(onnx, binding);
    approve(version);
    promote(version);
    deploy(version);
    String model = modelId(version);
    Eventually.become(
        SERVED_WITHIN,
        () ->
            ada.grpc(GRPCInferenceServiceGrpc::newBlockingStub)
                .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
                .getReady());
    return version;
  }

  /// A new model with one version, not yet promoted.
  public ModelVersion registered(byte[] onnx, FeatureBinding binding) {
    String model = suite.newName("model");
    ada.grpc(ModelServiceGrpc::newBlockingStub)
        .createModel(CreateModelRequest.newBuilder().setModelId(model).build());
    return register(model, onnx, binding, run(model, 0.8));
  }

  /// The next version of a model, in production but not released: better than the one before.
  public ModelVersion successor(ModelVersion former, byte[] onnx) {
    var run = run(suite.newName("successor"), 0.9);
    var version = register(modelId(former), onnx, FeatureBinding.getDefaultInstance(), run);
    approve(version);
    promote(version);
    return version;
  }

  private ModelVersion register(String model, byte[] onnx, FeatureBinding binding, String run) {
    var version = ModelVersion.newBuilder().setArtifact(upload(onnx).getName()).setRun(run);
    if (binding.getColumnsCount() > 0) {
      version.setFeatureBinding(binding);
    }
    return ada.grpc(ModelServiceGrpc::newBlockingStub)
        .createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setParent("models/" + model)
                .setVersion(version)
                .build());
  }

  /// Stores bytes, whatever they are.
  public Artifact upload(byte[] bytes) {
    CompletableFuture<Artifact> stored = new CompletableFuture<>();
    var upload =
        ada.grpc(ArtifactServiceGrpc::newStub)
            .uploadArtifact(
                new StreamObserver<>() {
                  @Override
                  public void onNext(Artifact artifact) {
                    stored.complete(artifact);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    stored.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    upload.onNext(UploadArtifactRequest.newBuilder().setMediaType("application/onnx").build());
    upload.onNext(UploadArtifactRequest.newBuilder().setChunk(ByteString.copyFrom(bytes)).build());
    upload.onCompleted();
    return stored.join();
  }

  /// A run whose metrics pass the gate.
  private String run(String name, double auc) {
    var experiments = ada.grpc(ExperimentServiceGrpc::newBlockingStub);
    var experiment =
        experiments.createExperiment(
            CreateExperimentRequest.newBuilder().setExperimentId(name).build());
    var run =
        experiments.createRun(
            CreateRunRequest.newBuilder().setParent(experiment.getName()).build());
    experiments.logRunData(
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .addMetrics(MetricPoint.newBuilder().setKey("auc").setValue(auc))
            .build());
    return run.getName();
  }

  public void approve(ModelVersion version) {
    var approval =
        Approval.newBuilder().setSubject(version.getName()).setAction("promote:production");
    var _ =
        grace
            .grpc(ApprovalServiceGrpc::newBlockingStub)
            .createApproval(CreateApprovalRequest.newBuilder().setApproval(approval).build());
  }

  public Promotion promote(ModelVersion version) {
    return ada.grpc(ModelServiceGrpc::newBlockingStub)
        .promoteModelVersion(
            PromoteModelVersionRequest.newBuilder()
                .setName(version.getName())
                .setTargetStage(Stage.STAGE_PRODUCTION)
                .build());
  }

  public void deploy(ModelVersion version) {
    var _ =
        ada.grpc(ReleaseServiceGrpc::newBlockingStub)
            .deployVersion(
                DeployVersionRequest.newBuilder()
                    .setName("releases/" + modelId(version))
                    .setVersion(version.getName())
                    .setVariant(Variant.VARIANT_PRIMARY)
                    .build());
  }

  /// `model-3` of `models/model-3/versions/1`.
  public static String modelId(ModelVersion version) {
    return version.getName().split("/")[1];
  }
}
