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
import org.jdbi.v3.core.Jdbi;

/// Searches of registered models and versions: found by name first, then read whole.
@Singleton
final class RegisteredSearches {

  private static final int USUAL_MODELS = 100;
  private static final int USUAL_VERSIONS = 10_000;

  private final Jdbi jdbi;

  RegisteredSearches(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  SearchRegisteredModelsResponse find(SearchRegisteredModelsRequest request) {
    var wanted =
        new SearchRequest(
            request.getFilter(),
            request.getOrderByList(),
            request.hasMaxResults() ? request.getMaxResults() : USUAL_MODELS,
            request.getPageToken());
    var response = SearchRegisteredModelsResponse.newBuilder();
    jdbi.useHandle(
        handle -> {
          var page = ModelSearch.search(handle, wanted);
          RegisteredModels.read(handle, page.rows())
              .forEach(model -> response.addRegisteredModels(MlflowModelProtos.toProto(model)));
          if (!page.nextToken().isEmpty()) {
            response.setNextPageToken(page.nextToken());
          }
        });
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
    jdbi.useHandle(
        handle -> {
          var page =
              VersionSearch.search(handle, wanted)
                  .map(found -> new VersionName(found.model(), found.number()));
          RegisteredVersions.read(handle, page.rows())
              .forEach(version -> response.addModelVersions(MlflowModelProtos.toProto(version)));
          if (!page.nextToken().isEmpty()) {
            response.setNextPageToken(page.nextToken());
          }
        });
    return response.build();
  }
}
