package io.penstock.registry.mlflow;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateModelVersionResponse;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelResponse;
import io.penstock.proto.mlflow.v1.DeleteModelVersionRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionResponse;
import io.penstock.proto.mlflow.v1.DeleteModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionTagResponse;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelAliasResponse;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelResponse;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagResponse;
import io.penstock.proto.mlflow.v1.GetLatestVersionsRequest;
import io.penstock.proto.mlflow.v1.GetLatestVersionsResponse;
import io.penstock.proto.mlflow.v1.GetModelVersionByAliasRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionByAliasResponse;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriResponse;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionResponse;
import io.penstock.proto.mlflow.v1.GetRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.GetRegisteredModelResponse;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceImplBase;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.RenameRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.RenameRegisteredModelResponse;
import io.penstock.proto.mlflow.v1.SearchModelVersionsRequest;
import io.penstock.proto.mlflow.v1.SearchModelVersionsResponse;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsRequest;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsResponse;
import io.penstock.proto.mlflow.v1.SetModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.SetModelVersionTagResponse;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasResponse;
import io.penstock.proto.mlflow.v1.SetRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelTagResponse;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageResponse;
import io.penstock.proto.mlflow.v1.UpdateModelVersionRequest;
import io.penstock.proto.mlflow.v1.UpdateModelVersionResponse;
import io.penstock.proto.mlflow.v1.UpdateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.UpdateRegisteredModelResponse;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.loggedmodel.LoggedModels;
import io.penstock.registry.registered.RegisteredModels;
import io.penstock.registry.registered.RegisteredVersion;
import io.penstock.registry.registered.RegisteredVersions;
import jakarta.inject.Singleton;

/// MLflow's model registry over gRPC.
@Singleton
final class MlflowModelsGrpcService extends ModelRegistryServiceImplBase {

  private final RegisteredModels models;
  private final RegisteredVersions versions;
  private final LoggedModels loggedModels;

  private final RegisteredSearches searches;

  MlflowModelsGrpcService(
      RegisteredModels models,
      RegisteredVersions versions,
      LoggedModels loggedModels,
      RegisteredSearches searches) {
    this.models = models;
    this.versions = versions;
    this.loggedModels = loggedModels;
    this.searches = searches;
  }

  @Override
  public void createRegisteredModel(
      CreateRegisteredModelRequest request,
      StreamObserver<CreateRegisteredModelResponse> responses) {
    Calls.unary(responses, () -> create(request));
  }

  private CreateRegisteredModelResponse create(CreateRegisteredModelRequest request) {
    var tags = MlflowModelProtos.tags(request.getTagsList(), ModelFields::modelTag);
    var model =
        models.create(
            ModelFields.name("name", request.getName()),
            ModelFields.description(request.getDescription()),
            tags,
            caller());
    return CreateRegisteredModelResponse.newBuilder()
        .setRegisteredModel(MlflowModelProtos.toProto(model))
        .build();
  }

  @Override
  public void renameRegisteredModel(
      RenameRegisteredModelRequest request,
      StreamObserver<RenameRegisteredModelResponse> responses) {
    Calls.unary(responses, () -> rename(request));
  }

  private RenameRegisteredModelResponse rename(RenameRegisteredModelRequest request) {
    var newName = ModelFields.name("new_name", request.getNewName());
    return RenameRegisteredModelResponse.newBuilder()
        .setRegisteredModel(MlflowModelProtos.toProto(models.rename(request.getName(), newName)))
        .build();
  }

  @Override
  public void updateRegisteredModel(
      UpdateRegisteredModelRequest request,
      StreamObserver<UpdateRegisteredModelResponse> responses) {
    Calls.unary(responses, () -> update(request));
  }

  private UpdateRegisteredModelResponse update(UpdateRegisteredModelRequest request) {
    var model =
        models.describe(request.getName(), ModelFields.description(request.getDescription()));
    return UpdateRegisteredModelResponse.newBuilder()
        .setRegisteredModel(MlflowModelProtos.toProto(model))
        .build();
  }

  @Override
  public void deleteRegisteredModel(
      DeleteRegisteredModelRequest request,
      StreamObserver<DeleteRegisteredModelResponse> responses) {
    Calls.unary(responses, () -> delete(request));
  }

  private DeleteRegisteredModelResponse delete(DeleteRegisteredModelRequest request) {
    models.delete(request.getName(), caller());
    return DeleteRegisteredModelResponse.getDefaultInstance();
  }

  @Override
  public void getRegisteredModel(
      GetRegisteredModelRequest request, StreamObserver<GetRegisteredModelResponse> responses) {
    Calls.unary(responses, () -> get(request));
  }

  private GetRegisteredModelResponse get(GetRegisteredModelRequest request) {
    return GetRegisteredModelResponse.newBuilder()
        .setRegisteredModel(MlflowModelProtos.toProto(models.get(request.getName())))
        .build();
  }

  @Override
  public void searchRegisteredModels(
      SearchRegisteredModelsRequest request,
      StreamObserver<SearchRegisteredModelsResponse> responses) {
    Calls.unary(responses, () -> searches.find(request));
  }

  @Override
  public void searchModelVersions(
      SearchModelVersionsRequest request, StreamObserver<SearchModelVersionsResponse> responses) {
    Calls.unary(responses, () -> searches.find(request));
  }

  @Override
  public void getLatestVersions(
      GetLatestVersionsRequest request, StreamObserver<GetLatestVersionsResponse> responses) {
    Calls.unary(responses, () -> get(request));
  }

  private GetLatestVersionsResponse get(GetLatestVersionsRequest request) {
    var stages = request.getStagesList().stream().map(ModelFields::stage).toList();
    return GetLatestVersionsResponse.newBuilder()
        .addAllModelVersions(MlflowModelProtos.toProtos(versions.latest(request.getName(), stages)))
        .build();
  }

  @Override
  public void setRegisteredModelTag(
      SetRegisteredModelTagRequest request,
      StreamObserver<SetRegisteredModelTagResponse> responses) {
    Calls.unary(responses, () -> set(request));
  }

  private SetRegisteredModelTagResponse set(SetRegisteredModelTagRequest request) {
    ModelFields.modelTag(request.getKey(), request.getValue());
    models.putTag(request.getName(), request.getKey(), request.getValue());
    return SetRegisteredModelTagResponse.getDefaultInstance();
  }

  @Override
  public void deleteRegisteredModelTag(
      DeleteRegisteredModelTagRequest request,
      StreamObserver<DeleteRegisteredModelTagResponse> responses) {
    Calls.unary(responses, () -> delete(request));
  }

  private DeleteRegisteredModelTagResponse delete(DeleteRegisteredModelTagRequest request) {
    models.deleteTag(request.getName(), ModelFields.key(request.getKey()));
    return DeleteRegisteredModelTagResponse.getDefaultInstance();
  }

  @Override
  public void setRegisteredModelAlias(
      SetRegisteredModelAliasRequest request,
      StreamObserver<SetRegisteredModelAliasResponse> responses) {
    Calls.unary(responses, () -> set(request));
  }

  private SetRegisteredModelAliasResponse set(SetRegisteredModelAliasRequest request) {
    models.putAlias(request.getName(), ModelFields.alias(request.getAlias()), request.getVersion());
    return SetRegisteredModelAliasResponse.getDefaultInstance();
  }

  @Override
  public void deleteRegisteredModelAlias(
      DeleteRegisteredModelAliasRequest request,
      StreamObserver<DeleteRegisteredModelAliasResponse> responses) {
    Calls.unary(responses, () -> delete(request));
  }

  private DeleteRegisteredModelAliasResponse delete(DeleteRegisteredModelAliasRequest request) {
    models.deleteAlias(request.getName(), ModelFields.alias(request.getAlias()));
    return DeleteRegisteredModelAliasResponse.getDefaultInstance();
  }

  @Override
  public void getModelVersionByAlias(
      GetModelVersionByAliasRequest request,
      StreamObserver<GetModelVersionByAliasResponse> responses) {
    Calls.unary(responses, () -> get(request));
  }

  private GetModelVersionByAliasResponse get(GetModelVersionByAliasRequest request) {
    var version = versions.getByAlias(request.getName(), request.getAlias());
    return GetModelVersionByAliasResponse.newBuilder()
        .setModelVersion(withItsModel(version))
        .build();
  }

  @Override
  public void createModelVersion(
      CreateModelVersionRequest request, StreamObserver<CreateModelVersionResponse> responses) {
    Calls.unary(responses, () -> create(request));
  }

  private CreateModelVersionResponse create(CreateModelVersionRequest request) {
    var version = versions.register(MlflowModelProtos.fromProto(request), caller());
    return CreateModelVersionResponse.newBuilder()
        .setModelVersion(MlflowModelProtos.toProto(version))
        .build();
  }

  @Override
  public void updateModelVersion(
      UpdateModelVersionRequest request, StreamObserver<UpdateModelVersionResponse> responses) {
    Calls.unary(responses, () -> update(request));
  }

  private UpdateModelVersionResponse update(UpdateModelVersionRequest request) {
    var description = ModelFields.description(request.getDescription());
    var version = versions.describe(request.getName(), request.getVersion(), description);
    return UpdateModelVersionResponse.newBuilder()
        .setModelVersion(MlflowModelProtos.toProto(version))
        .build();
  }

  @Override
  public void transitionModelVersionStage(
      TransitionModelVersionStageRequest request,
      StreamObserver<TransitionModelVersionStageResponse> responses) {
    Calls.unary(responses, () -> transition(request));
  }

  private TransitionModelVersionStageResponse transition(
      TransitionModelVersionStageRequest request) {
    var stage = ModelFields.stage(request.getStage());
    if (request.getArchiveExistingVersions() && !stage.hasGate()) {
      throw MlflowFailure.invalid(
          "Model version transition cannot archive existing model versions because '%s' is not an Active stage. Valid stages are ['Staging', 'Production']"
              .formatted(request.getStage()));
    }
    var version =
        versions.transition(
            request.getName(),
            request.getVersion(),
            stage,
            request.getArchiveExistingVersions(),
            caller());
    return TransitionModelVersionStageResponse.newBuilder()
        .setModelVersion(MlflowModelProtos.toProto(version))
        .build();
  }

  @Override
  public void deleteModelVersion(
      DeleteModelVersionRequest request, StreamObserver<DeleteModelVersionResponse> responses) {
    Calls.unary(responses, () -> delete(request));
  }

  private DeleteModelVersionResponse delete(DeleteModelVersionRequest request) {
    versions.delete(request.getName(), request.getVersion(), caller());
    return DeleteModelVersionResponse.getDefaultInstance();
  }

  @Override
  public void getModelVersion(
      GetModelVersionRequest request, StreamObserver<GetModelVersionResponse> responses) {
    Calls.unary(responses, () -> get(request));
  }

  private GetModelVersionResponse get(GetModelVersionRequest request) {
    var version = versions.get(request.getName(), request.getVersion());
    return GetModelVersionResponse.newBuilder().setModelVersion(withItsModel(version)).build();
  }

  // A logged model may have gone since.
  private ModelVersion withItsModel(RegisteredVersion version) {
    var proto = MlflowModelProtos.toProto(version);
    return version
        .loggedModel()
        .flatMap(loggedModels::find)
        .map(model -> MlflowModelProtos.withModel(proto, model))
        .orElse(proto);
  }

  @Override
  public void getModelVersionDownloadUri(
      GetModelVersionDownloadUriRequest request,
      StreamObserver<GetModelVersionDownloadUriResponse> responses) {
    Calls.unary(responses, () -> get(request));
  }

  private GetModelVersionDownloadUriResponse get(GetModelVersionDownloadUriRequest request) {
    var version = versions.get(request.getName(), request.getVersion());
    return GetModelVersionDownloadUriResponse.newBuilder()
        .setArtifactUri(version.downloadUri())
        .build();
  }

  @Override
  public void setModelVersionTag(
      SetModelVersionTagRequest request, StreamObserver<SetModelVersionTagResponse> responses) {
    Calls.unary(responses, () -> set(request));
  }

  private SetModelVersionTagResponse set(SetModelVersionTagRequest request) {
    ModelFields.versionTag(request.getKey(), request.getValue());
    versions.putTag(request.getName(), request.getVersion(), request.getKey(), request.getValue());
    return SetModelVersionTagResponse.getDefaultInstance();
  }

  @Override
  public void deleteModelVersionTag(
      DeleteModelVersionTagRequest request,
      StreamObserver<DeleteModelVersionTagResponse> responses) {
    Calls.unary(responses, () -> delete(request));
  }

  private DeleteModelVersionTagResponse delete(DeleteModelVersionTagRequest request) {
    versions.deleteTag(request.getName(), request.getVersion(), ModelFields.key(request.getKey()));
    return DeleteModelVersionTagResponse.getDefaultInstance();
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
