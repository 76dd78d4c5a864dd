package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.RegisteredModel;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A registry whose gate passes, and what a client of MLflow does to its models. Gate and registry
/// are those of the class that extends this.
abstract class ModelsFixture {

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = peers.registry(() -> directory);

  ModelRegistryServiceBlockingStub models;
  RegistryClient ada;

  @BeforeEach
  void connect() {
    peers.pass();
    models =
        ModelRegistryServiceGrpc.newBlockingStub(
            registry.channel("ada", "data-scientist", "ml-engineer"));
    ada = RegistryClient.of(registry, "ada");
  }

  static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }

  String newModel() {
    return create(RegistryClient.unique("model")).getName();
  }

  RegisteredModel create(String name) {
    return models
        .createRegisteredModel(CreateRegisteredModelRequest.newBuilder().setName(name).build())
        .getRegisteredModel();
  }

  RegisteredModel get(String name) {
    return models
        .getRegisteredModel(GetRegisteredModelRequest.newBuilder().setName(name).build())
        .getRegisteredModel();
  }

  ModelVersion version(String name, String source) {
    return models
        .createModelVersion(
            CreateModelVersionRequest.newBuilder().setName(name).setSource(source).build())
        .getModelVersion();
  }

  ModelVersion getVersion(String name, String version) {
    return models
        .getModelVersion(
            GetModelVersionRequest.newBuilder().setName(name).setVersion(version).build())
        .getModelVersion();
  }

  void deleteVersion(String name, String version) {
    var _ =
        models.deleteModelVersion(
            DeleteModelVersionRequest.newBuilder().setName(name).setVersion(version).build());
  }
}
