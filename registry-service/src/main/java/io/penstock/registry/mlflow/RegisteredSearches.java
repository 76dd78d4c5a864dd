package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.SearchModelVersionsRequest;
import io.penstock.proto.mlflow.v1.SearchModelVersionsResponse;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsRequest;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsResponse;
import io.penstock.registry.registered.RegisteredModels;
import io.penstock.registry.registered.RegisteredVersions;
import io.penstock.registry.search.ModelSearch;
import io.penstock.registry.search.SearchRequest;
import io.penstock.registry.search.VersionSearch;
import io.penstock.registry.version.VersionName;
import jakarta.inject.Singleton;

/// Searches of registered models and versions.
@Singleton
final class RegisteredSearches {

  private static final int USUAL_MODELS = 100;
  private static final int USUAL_VERSIONS = 10_000;

  private final FoundPages pages;

  RegisteredSearches(FoundPages pages) {
    this.pages = pages;
  }

  SearchRegisteredModelsResponse find(SearchRegisteredModelsRequest request) {
    var wanted =
        new SearchRequest(
            request.getFilter(),
            request.getOrderByList(),
            request.hasMaxResults() ? request.getMaxResults() : USUAL_MODELS,
            request.getPageToken());
    var response = SearchRegisteredModelsResponse.newBuilder();
    pages.read(
        handle ->
            ModelSearch.search(handle, wanted, RegisteredModels.COLUMNS, RegisteredModels::row),
        RegisteredModels::withVersions,
        model -> response.addRegisteredModels(MlflowModelProtos.toProto(model)),
        response::setNextPageToken);
    return response.build();
  }

  SearchModelVersionsResponse find(SearchModelVersionsRequest request) {
    var wanted =
        new SearchRequest(
            request.getFilter(),
            request.getOrderByList(),
            request.hasMaxResults() ? request.getMaxResults() : USUAL_VERSIONS,
            request.getPageToken());
    var response = SearchModelVersionsResponse.newBuilder();
    pages.read(
        handle ->
            VersionSearch.search(handle, wanted)
                .map(found -> new VersionName(found.model(), found.number())),
        RegisteredVersions::read,
        version -> response.addModelVersions(MlflowModelProtos.toProto(version)),
        response::setNextPageToken);
    return response.build();
  }
}
