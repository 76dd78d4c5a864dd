package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.LoggedModelDataset;
import io.penstock.proto.mlflow.v1.LoggedModelOrder;
import io.penstock.proto.mlflow.v1.SearchExperimentsRequest;
import io.penstock.proto.mlflow.v1.SearchExperimentsResponse;
import io.penstock.proto.mlflow.v1.SearchLoggedModelsRequest;
import io.penstock.proto.mlflow.v1.SearchLoggedModelsResponse;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.SearchRunsResponse;
import io.penstock.proto.mlflow.v1.ViewType;
import io.penstock.registry.experiment.Experiments;
import io.penstock.registry.experiment.RunReader;
import io.penstock.registry.loggedmodel.LoggedModels;
import io.penstock.registry.search.ExperimentSearch;
import io.penstock.registry.search.LoggedModelSearch;
import io.penstock.registry.search.LoggedModelSearch.Data;
import io.penstock.registry.search.LoggedModelSearch.Sort;
import io.penstock.registry.search.SearchRequest;
import io.penstock.registry.search.View;
import io.penstock.registry.search.run.RunSearch;
import jakarta.inject.Singleton;
import java.util.List;

/// Searches of experiments, runs and logged models.
@Singleton
final class TrackedSearches {

  private static final int USUAL = 1_000;
  private static final int USUAL_LOGGED_MODELS = 100;

  private final FoundPages pages;
  private final RunReader reader;

  TrackedSearches(FoundPages pages, RunReader reader) {
    this.pages = pages;
    this.reader = reader;
  }

  SearchRunsResponse find(SearchRunsRequest request) {
    var wanted =
        new SearchRequest(
            request.getFilter(),
            request.getOrderByList(),
            request.hasMaxResults() ? request.getMaxResults() : USUAL,
            request.getPageToken());
    var response = SearchRunsResponse.newBuilder();
    pages.read(
        handle ->
            RunSearch.search(
                handle,
                request.getExperimentIdsList(),
                view(request.getRunViewType()),
                wanted,
                RunReader::row),
        reader::whole,
        run -> response.addRuns(TrackingProtos.toProto(run)),
        response::setNextPageToken);
    return response.build();
  }

  SearchExperimentsResponse find(SearchExperimentsRequest request) {
    var wanted =
        new SearchRequest(
            request.getFilter(),
            request.getOrderByList(),
            request.hasMaxResults() ? request.getMaxResults() : USUAL,
            request.getPageToken());
    var response = SearchExperimentsResponse.newBuilder();
    pages.read(
        handle -> ExperimentSearch.search(handle, view(request.getViewType()), wanted),
        Experiments::read,
        found -> response.addExperiments(TrackingProtos.toProto(found)),
        response::setNextPageToken);
    return response.build();
  }

  SearchLoggedModelsResponse find(SearchLoggedModelsRequest request) {
    var wanted =
        new SearchRequest(
            request.getFilter(),
            List.of(),
            request.hasMaxResults() ? request.getMaxResults() : USUAL_LOGGED_MODELS,
            request.getPageToken());
    var data = request.getDatasetsList().stream().map(TrackedSearches::data).toList();
    var sorts = request.getOrderByList().stream().map(TrackedSearches::sort).toList();
    var response = SearchLoggedModelsResponse.newBuilder();
    pages.read(
        handle ->
            LoggedModelSearch.search(handle, request.getExperimentIdsList(), data, sorts, wanted),
        LoggedModels::read,
        found -> response.addModels(LoggedModelProtos.toProto(found)),
        response::setNextPageToken);
    return response.build();
  }

  private static Data data(LoggedModelDataset dataset) {
    return new Data(dataset.getDatasetName(), dataset.getDatasetDigest());
  }

  private static Sort sort(LoggedModelOrder order) {
    return new Sort(
        order.getFieldName(),
        !order.hasAscending() || order.getAscending(),
        new Data(order.getDatasetName(), order.getDatasetDigest()));
  }

  private static View view(ViewType type) {
    return switch (type) {
      case VIEW_TYPE_UNSPECIFIED, ACTIVE_ONLY, UNRECOGNIZED -> View.ACTIVE;
      case DELETED_ONLY -> View.DELETED;
      case ALL -> View.ALL;
    };
  }
}
