package io.penstock.registry.migration;

import io.penstock.kit.failure.FailureException;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentRequest;
import io.penstock.proto.mlflow.v1.Experiment;
import io.penstock.proto.mlflow.v1.GetExperimentByNameRequest;
import io.penstock.proto.mlflow.v1.RegisteredModel;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.SearchExperimentsResponse;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsResponse;
import io.penstock.proto.mlflow.v1.SearchRunsResponse;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceImplBase;
import io.penstock.registry.migration.ImportJob.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Copies a whole server: experiments with their runs, some runs at a time, then models.
final class ServerImport {

  private static final int AT_ONCE = 4;
  private static final int RUNS_A_PAGE = 100;
  private static final String PROMPTS = "tags.`mlflow.prompt.is_prompt` = 'true'";

  private final ImportSession session;
  private final TrackingServiceImplBase tracking;
  private final RunImport runs;
  private final ModelImport models;

  ServerImport(
      ImportSession session, TrackingServiceImplBase tracking, RunImport runs, ModelImport models) {
    this.session = session;
    this.tracking = tracking;
    this.runs = runs;
    this.models = models;
  }

  void copy() throws IOException, InterruptedException {
    try (var threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("import-", 0).factory())) {
      try {
        copyExperiments(threads);
      } finally {
        threads.shutdownNow();
      }
    }
    copyModels("");
    copyModels(PROMPTS);
  }

  private void copyExperiments(ExecutorService threads) throws IOException, InterruptedException {
    var request = new LinkedHashMap<String, Object>();
    request.put("max_results", 100);
    request.put("view_type", "ALL");
    String next;
    do {
      var page =
          session
              .source()
              .post("experiments/search", request, SearchExperimentsResponse.newBuilder());
      for (var experiment : page.getExperimentsList()) {
        copyOrNote(experiment, threads);
      }
      next = page.getNextPageToken();
      request.put("page_token", next);
    } while (!next.isEmpty());
  }

  // What this registry refuses is said, here and below, and is no reason to leave the rest.
  private void copyOrNote(Experiment experiment, ExecutorService threads)
      throws IOException, InterruptedException {
    try {
      copy(experiment, threads);
    } catch (FailureException e) {
      session
          .progress()
          .problem("experiment '%s': %s".formatted(experiment.getName(), e.failure()));
    }
  }

  private void copy(Experiment experiment, ExecutorService threads)
      throws IOException, InterruptedException {
    var local = findOrCreate(experiment);
    copyRuns(experiment.getExperimentId(), local, threads);
    // Nobody adds runs to an experiment that is deleted, so that comes last.
    if (experiment.getLifecycleStage().equals("deleted") && !local.equals("0")) {
      var request = DeleteExperimentRequest.newBuilder().setExperimentId(local).build();
      var _ = session.local().call(tracking::deleteExperiment, request);
    }
  }

  private String findOrCreate(Experiment experiment) throws InterruptedException {
    var known = session.imported("experiments", experiment.getExperimentId());
    if (known.isPresent()) {
      return known.get();
    }
    var local = findOrCreateByName(experiment);
    session.markImported("experiments", experiment.getExperimentId(), local);
    session.progress().add(Count.EXPERIMENTS, 1);
    return local;
  }

  private String findOrCreateByName(Experiment experiment) throws InterruptedException {
    try {
      var request =
          CreateExperimentRequest.newBuilder()
              .setName(experiment.getName())
              .addAllTags(experiment.getTagsList())
              .build();
      return session.local().call(tracking::createExperiment, request).getExperimentId();
    } catch (FailureException _) {
      // The name is taken, as that of the experiment "Default" always is: then it is the same one.
      var request =
          GetExperimentByNameRequest.newBuilder().setExperimentName(experiment.getName()).build();
      return session
          .local()
          .call(tracking::getExperimentByName, request)
          .getExperiment()
          .getExperimentId();
    }
  }

  private void copyRuns(String experiment, String local, ExecutorService threads)
      throws IOException, InterruptedException {
    var request = new LinkedHashMap<String, Object>();
    request.put("experiment_ids", List.of(experiment));
    request.put("run_view_type", "ALL");
    request.put("max_results", RUNS_A_PAGE);
    request.put("order_by", List.of("attributes.start_time ASC"));
    String next;
    do {
      var page = session.source().post("runs/search", request, SearchRunsResponse.newBuilder());
      copyAll(page.getRunsList(), local, threads);
      next = page.getNextPageToken();
      request.put("page_token", next);
    } while (!next.isEmpty());
  }

  private void copyAll(List<Run> page, String experiment, ExecutorService threads)
      throws IOException, InterruptedException {
    var copies = new ArrayList<Callable<Boolean>>();
    page.forEach(run -> copies.add(() -> copyOrNote(run, experiment)));
    for (var copy : threads.invokeAll(copies)) {
      try {
        var _ = copy.get();
      } catch (ExecutionException e) {
        throw rethrown(Objects.requireNonNull(e.getCause()));
      }
    }
  }

  private boolean copyOrNote(Run run, String experiment) throws IOException, InterruptedException {
    session.progress().check();
    try {
      runs.copy(run, experiment);
      return true;
    } catch (FailureException e) {
      session.progress().problem("run %s: %s".formatted(run.getInfo().getRunId(), e.failure()));
      return false;
    }
  }

  private static IOException rethrown(@Nullable Throwable cause) throws InterruptedException {
    return switch (cause) {
      case IOException e -> e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case null, default -> new IOException(cause);
    };
  }

  private void copyOrNote(RegisteredModel model) throws IOException, InterruptedException {
    try {
      models.copy(model);
    } catch (FailureException e) {
      session.progress().problem("model '%s': %s".formatted(model.getName(), e.failure()));
    }
  }

  private void copyModels(String filter) throws IOException, InterruptedException {
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("max_results", 100);
    if (!filter.isEmpty()) {
      query.put("filter", filter);
    }
    String next;
    do {
      var page =
          session
              .source()
              .get("registered-models/search", query, SearchRegisteredModelsResponse.newBuilder());
      for (var model : page.getRegisteredModelsList()) {
        copyOrNote(model);
      }
      next = page.getNextPageToken();
      query.put("page_token", next);
    } while (!next.isEmpty());
  }
}
