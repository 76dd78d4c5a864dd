package io.penstock.registry.mlflow;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.mlflow.v1.CreateLoggedModelRequest;
import io.penstock.proto.mlflow.v1.CreateLoggedModelResponse;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelRequest;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelResponse;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelTagRequest;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelTagResponse;
import io.penstock.proto.mlflow.v1.FinalizeLoggedModelRequest;
import io.penstock.proto.mlflow.v1.FinalizeLoggedModelResponse;
import io.penstock.proto.mlflow.v1.GetLoggedModelRequest;
import io.penstock.proto.mlflow.v1.GetLoggedModelResponse;
import io.penstock.proto.mlflow.v1.ListLoggedModelArtifactsRequest;
import io.penstock.proto.mlflow.v1.ListLoggedModelArtifactsResponse;
import io.penstock.proto.mlflow.v1.LogLoggedModelParamsRequest;
import io.penstock.proto.mlflow.v1.LogLoggedModelParamsResponse;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc.LoggedModelServiceImplBase;
import io.penstock.proto.mlflow.v1.SearchLoggedModelsRequest;
import io.penstock.proto.mlflow.v1.SearchLoggedModelsResponse;
import io.penstock.proto.mlflow.v1.SetLoggedModelTagsRequest;
import io.penstock.proto.mlflow.v1.SetLoggedModelTagsResponse;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.ArtifactFiles;
import io.penstock.registry.loggedmodel.LoggedModels;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;

/// MLflow's logged models over gRPC.
@Singleton
final class MlflowLoggedModelsGrpcService extends LoggedModelServiceImplBase {

  private final LoggedModels models;
  private final ArtifactFiles files;

  private final TrackedSearches searches;

  MlflowLoggedModelsGrpcService(
      LoggedModels models, ArtifactFiles files, TrackedSearches searches) {
    this.models = models;
    this.files = files;
    this.searches = searches;
  }

  @Override
  public void createLoggedModel(
      CreateLoggedModelRequest request, StreamObserver<CreateLoggedModelResponse> responses) {
    Calls.unary(responses, () -> create(request));
  }

  private CreateLoggedModelResponse create(CreateLoggedModelRequest request) {
    var wanted =
        LoggedModelProtos.fromProto(request, RandomNames.next(ThreadLocalRandom.current()));
    var model = models.create(wanted, Caller.current().principal().name());
    return CreateLoggedModelResponse.newBuilder()
        .setModel(LoggedModelProtos.toProto(model))
        .build();
  }

  @Override
  public void finalizeLoggedModel(
      FinalizeLoggedModelRequest request, StreamObserver<FinalizeLoggedModelResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var status = LoggedModelProtos.fromProto(request.getStatus());
          return FinalizeLoggedModelResponse.newBuilder()
              .setModel(
                  LoggedModelProtos.toProto(
                      models.finish(LoggedModelProtos.id(request.getModelId()), status)))
              .build();
        });
  }

  @Override
  public void getLoggedModel(
      GetLoggedModelRequest request, StreamObserver<GetLoggedModelResponse> responses) {
    Calls.unary(
        responses,
        () ->
            GetLoggedModelResponse.newBuilder()
                .setModel(
                    LoggedModelProtos.toProto(
                        models.get(LoggedModelProtos.id(request.getModelId()))))
                .build());
  }

  @Override
  public void searchLoggedModels(
      SearchLoggedModelsRequest request, StreamObserver<SearchLoggedModelsResponse> responses) {
    Calls.unary(responses, () -> searches.find(request));
  }

  @Override
  public void deleteLoggedModel(
      DeleteLoggedModelRequest request, StreamObserver<DeleteLoggedModelResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          models.delete(LoggedModelProtos.id(request.getModelId()));
          return DeleteLoggedModelResponse.getDefaultInstance();
        });
  }

  @Override
  public void setLoggedModelTags(
      SetLoggedModelTagsRequest request, StreamObserver<SetLoggedModelTagsResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var tags = LoggedModelProtos.tags(request.getTagsList());
          return SetLoggedModelTagsResponse.newBuilder()
              .setModel(
                  LoggedModelProtos.toProto(
                      models.putTags(LoggedModelProtos.id(request.getModelId()), tags)))
              .build();
        });
  }

  @Override
  public void deleteLoggedModelTag(
      DeleteLoggedModelTagRequest request, StreamObserver<DeleteLoggedModelTagResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          models.deleteTag(
              LoggedModelProtos.id(request.getModelId()),
              LoggedModelProtos.key(request.getTagKey()));
          return DeleteLoggedModelTagResponse.getDefaultInstance();
        });
  }

  @Override
  public void logLoggedModelParams(
      LogLoggedModelParamsRequest request, StreamObserver<LogLoggedModelParamsResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var params = LoggedModelProtos.params(request.getParamsList());
          models.addParams(LoggedModelProtos.id(request.getModelId()), params);
          return LogLoggedModelParamsResponse.getDefaultInstance();
        });
  }

  @Override
  public void listLoggedModelArtifacts(
      ListLoggedModelArtifactsRequest request,
      StreamObserver<ListLoggedModelArtifactsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  // Files that lie elsewhere are none of ours to list.
  private ListLoggedModelArtifactsResponse list(ListLoggedModelArtifactsRequest request) {
    var uri = models.get(LoggedModelProtos.id(request.getModelId())).artifactUri();
    var below =
        ArtifactFilePath.folder("artifact_directory_path", request.getArtifactDirectoryPath());
    var response = ListLoggedModelArtifactsResponse.newBuilder().setRootUri(uri);
    ArtifactFilePath.ofUri(uri)
        .ifPresent(
            root -> {
              var listing = files.list(root.resolve(below), request.getPageToken());
              listing.entries().stream()
                  .map(entry -> ArtifactFileProtos.toProto(entry, root))
                  .forEach(response::addFiles);
              listing.nextToken().ifPresent(response::setNextPageToken);
            });
    return response.build();
  }
}
