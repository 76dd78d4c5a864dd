package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.LogOutputsRequest;
import io.penstock.proto.mlflow.v1.SearchDatasetsRequest;
import io.penstock.proto.mlflow.v1.SearchDatasetsResponse;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.lineage.RunLinkRepository;
import io.penstock.registry.lineage.RunLinks;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/// What runs read and made, with MLflow's rules and refusals.
@Singleton
final class TrackedLineage {

  private final Jdbi jdbi;
  private final Runs runs;

  TrackedLineage(Jdbi jdbi, Runs runs) {
    this.jdbi = jdbi;
    this.runs = runs;
  }

  void log(LogInputsRequest request) {
    MlflowNames.checkRunId(request.getRunId());
    var links =
        new RunLinks(LineageProtos.datasets(request), LineageProtos.models(request), List.of());
    link(request.getRunId(), links);
  }

  void log(LogOutputsRequest request) {
    MlflowNames.checkRunId(request.getRunId());
    link(request.getRunId(), new RunLinks(List.of(), List.of(), LineageProtos.models(request)));
  }

  private void link(String id, RunLinks links) {
    var lifecycle = runs.link(id, links).orElseThrow(() -> TrackedRuns.missing(id));
    TrackedRuns.requireActive(id, lifecycle);
  }

  SearchDatasetsResponse search(SearchDatasetsRequest request) {
    var experiments = LineageProtos.experiments(request);
    return LineageProtos.toProto(
        jdbi.withHandle(handle -> RunLinkRepository.summaries(handle, experiments)));
  }
}
