package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;

import com.google.protobuf.ByteString;
import io.penstock.demo.flights.Sha256;
import io.penstock.demo.suite.Refusal;
import io.penstock.demo.suite.Streams;
import io.penstock.demo.training.Finding;
import io.penstock.demo.training.OnnxTreeWriter;
import io.penstock.demo.training.Recipe;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc.ArtifactServiceBlockingV2Stub;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.Dependency;
import io.penstock.proto.registry.v1.GetModelRequest;
import io.penstock.proto.registry.v1.Model;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.Signature;
import io.penstock.proto.registry.v1.TensorSpec;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import java.util.ArrayList;
import java.util.List;

/// Stores a trained model and registers it as the next version.
final class Registration {

  /// Tells which recipe a version was made by.
  static final String RECIPE_TAG = "recipe";

  private static final int CHUNK_BYTES = 256 * 1024;
  private static final String LIGHTGBM = "pkg:maven/io.github.metarank/lightgbm4j@4.3.0-1";

  private final ModelServiceBlockingStub models;
  private final ArtifactServiceBlockingV2Stub artifacts;

  Registration(Story story) {
    this.models = story.suite().as(ADA, ModelServiceGrpc::newBlockingStub);
    this.artifacts = story.suite().as(ADA, ArtifactServiceGrpc::newBlockingV2Stub);
  }

  Model model() {
    return Refusal.orExisting(
        () ->
            models.createModel(
                CreateModelRequest.newBuilder()
                    .setModelId(FlightDelay.ID)
                    .setDescription("Probability that a flight arrives more than 15 minutes late")
                    .build()),
        () -> models.getModel(GetModelRequest.newBuilder().setName(FlightDelay.MODEL).build()));
  }

  ModelVersion register(Finding finding, Run run, Views views) {
    Recipe recipe = finding.model().recipe();
    return models.createModelVersion(
        CreateModelVersionRequest.newBuilder()
            .setParent(FlightDelay.MODEL)
            .setVersion(
                ModelVersion.newBuilder()
                    .setDescription("%s: %d trees".formatted(recipe.name(), recipe.trees()))
                    .setArtifact(upload(finding.model().onnx()).getName())
                    .setRun(run.getName())
                    .setSignature(signature(recipe.columns().size()))
                    .setFeatureBinding(views.binding(OnnxTreeWriter.INPUT, recipe.columns()))
                    .setBaselineProfile(finding.model().profile(finding.training()))
                    .addDependencies(Dependency.newBuilder().setPurl(LIGHTGBM))
                    .putTags(RECIPE_TAG, recipe.name()))
            .build());
  }

  private Artifact upload(byte[] onnx) {
    List<UploadArtifactRequest> messages = new ArrayList<>();
    messages.add(
        UploadArtifactRequest.newBuilder()
            .setSha256(Sha256.hex(onnx))
            .setMediaType("application/onnx")
            .build());
    for (int from = 0; from < onnx.length; from += CHUNK_BYTES) {
      int length = Math.min(CHUNK_BYTES, onnx.length - from);
      messages.add(
          UploadArtifactRequest.newBuilder()
              .setChunk(ByteString.copyFrom(onnx, from, length))
              .build());
    }
    return Streams.upload(artifacts.uploadArtifact(), messages);
  }

  private static Signature signature(int columns) {
    return Signature.newBuilder()
        .addInputs(tensor(OnnxTreeWriter.INPUT, columns))
        .addOutputs(tensor(OnnxTreeWriter.OUTPUT, 1))
        .build();
  }

  private static TensorSpec tensor(String name, int columns) {
    return TensorSpec.newBuilder()
        .setName(name)
        .setDatatype("FP32")
        .addShape(-1)
        .addShape(columns)
        .build();
  }
}
