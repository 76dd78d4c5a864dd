package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.experiment.Experiments;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.experiment.RunStatus;
import io.penstock.registry.lineage.RunLinks;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Runs as MLflow's clients begin them. A run's name and its tag `mlflow.runName` are one.
final class NewRuns {

  private static final String NAME = "mlflow.runName";
  private static final String USER = "mlflow.user";

  private NewRuns() {}

  /// @param randomName for a run that the client does not name
  static Run fromProto(CreateRunRequest request, String randomName, long nowMs, String caller) {
    for (int i = 0; i < request.getTagsCount(); i++) {
      var tag = request.getTags(i);
      TrackingChecks.tag("tags[" + i + "]", tag.getKey(), tag.getValue());
    }
    TextLimits.check("user_id", request.getUserId(), 256);
    var tags = TrackingProtos.tags(request.getTagsList());
    var name = name(request.getRunName(), tags, randomName);
    TrackingChecks.runName(name);
    tags.put(NAME, name);
    return new Run(
        new RunName(experiment(request), UUID.randomUUID().toString().replace("-", "")),
        name,
        RunStatus.RUNNING,
        Lifecycle.ACTIVE,
        Map.of(),
        List.of(),
        tags,
        List.of(),
        RunLinks.NONE,
        // The experiment knows it.
        "",
        request.hasStartTime() ? request.getStartTime() : nowMs,
        null,
        request.getUserId().isEmpty() ? tags.getOrDefault(USER, "") : request.getUserId(),
        caller);
  }

  private static String experiment(CreateRunRequest request) {
    return request.getExperimentId().isEmpty() ? Experiments.DEFAULT_ID : request.getExperimentId();
  }

  private static String name(String given, Map<String, String> tags, String random) {
    var tagged = tags.getOrDefault(NAME, "");
    if (!given.isEmpty() && !tagged.isEmpty() && !given.equals(tagged)) {
      throw MlflowFailure.invalid(
          "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s')."
              .formatted(given, tagged));
    }
    if (!given.isEmpty()) {
      return given;
    }
    return tagged.isEmpty() ? random : tagged;
  }
}
