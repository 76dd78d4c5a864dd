package io.penstock.registry.mlflow;

import io.penstock.kit.identity.Caller;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentTagRequest;
import io.penstock.proto.mlflow.v1.SetExperimentTagRequest;
import io.penstock.proto.mlflow.v1.UpdateExperimentRequest;
import io.penstock.registry.ArtifactUri;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.experiment.Experiment;
import io.penstock.registry.experiment.Experiments;
import io.penstock.registry.experiment.NewExperiment;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Experiments with MLflow's rules and refusals.
@Singleton
final class TrackedExperiments {

  private static final int LONGEST_LOCATION = 2_048;

  private final Experiments experiments;

  TrackedExperiments(Experiments experiments) {
    this.experiments = experiments;
  }

  String create(CreateExperimentRequest request) {
    var location = request.getArtifactLocation();
    if (!location.isEmpty()) {
      checkLocation(location);
    }
    TrackingChecks.experimentName(request.getName());
    var tags = TrackingProtos.tags(request.getTagsList());
    tags.forEach(TrackingChecks::experimentTag);
    var wanted =
        new NewExperiment(
            request.getName(),
            tags,
            Optional.of(location).filter(it -> !it.isEmpty()),
            Caller.current().principal().name());
    return experiments.create(wanted).orElseThrow(() -> taken(request.getName())).id();
  }

  private static void checkLocation(String location) {
    TextLimits.check("artifact_location", location, LONGEST_LOCATION);
    checkForm(location);
    if (ArtifactUri.isLocal(location) || ArtifactUri.isReference(location)) {
      throw notThere(location, "Expected the URI of a remote store or of mlflow-artifacts:/.");
    }
    ArtifactUri.problem(location)
        .ifPresent(
            problem -> {
              throw notThere(location, "It %s.".formatted(problem));
            });
  }

  // What MLflow has words of its own for.
  private static void checkForm(String location) {
    if (location.indexOf('#') >= 0) {
      throw MlflowFailure.invalid("'artifact_location' URL can't include fragments or params.");
    }
    int query = location.indexOf('?');
    if (query >= 0 && location.indexOf("..", query) >= 0) {
      throw MlflowFailure.invalid("Invalid query string");
    }
    if (location.startsWith("runs:/")) {
      throw MlflowFailure.invalid(
          "Artifact location cannot be a runs:/ URI. Given: '%s'".formatted(location));
    }
  }

  private static RuntimeException notThere(String location, String problem) {
    return MlflowFailure.invalid(
        "Invalid value %s for parameter 'artifact_location' supplied: %s"
            .formatted(PythonText.json(location), problem));
  }

  Experiment get(String id) {
    return experiments.find(id).orElseThrow(() -> missing(id));
  }

  Experiment getByName(String name) {
    return experiments
        .findByName(name)
        .orElseThrow(
            () ->
                new MlflowFailure.DoesNotExist(
                        "Could not find experiment with name '%s'".formatted(name))
                    .exception());
  }

  /// Deletes or restores; what is that already is not found, as in MLflow.
  void move(String id, Lifecycle to) {
    var _ =
        experiments
            .move(id, to)
            .filter(experiment -> experiment.lifecycle() != to)
            .orElseThrow(() -> missing(id));
  }

  void update(UpdateExperimentRequest request) {
    TrackingChecks.experimentName(request.getNewName());
    switch (experiments.rename(request.getExperimentId(), request.getNewName())) {
      case DONE -> {}
      case NO_EXPERIMENT -> throw missing(request.getExperimentId());
      case NOT_ACTIVE ->
          throw new MlflowFailure.InvalidState("Cannot rename a non-active experiment.")
              .exception();
      case NAME_TAKEN -> throw taken(request.getNewName());
    }
  }

  void setTag(SetExperimentTagRequest request) {
    TrackingChecks.experimentTag(request.getKey(), request.getValue());
    requireActive(
        request.getExperimentId(),
        experiments.setTag(request.getExperimentId(), request.getKey(), request.getValue()));
  }

  void deleteTag(DeleteExperimentTagRequest request) {
    var id = request.getExperimentId();
    var before = requireActive(id, experiments.deleteTag(id, request.getKey()));
    if (!before.tags().containsKey(request.getKey())) {
      throw new MlflowFailure.DoesNotExist(
              "No tag with name: %s in experiment with id %s".formatted(request.getKey(), id))
          .exception();
    }
  }

  private static Experiment requireActive(String id, Optional<Experiment> found) {
    var experiment = found.orElseThrow(() -> missing(id));
    if (experiment.lifecycle() != Lifecycle.ACTIVE) {
      throw notActive(id, experiment.lifecycle());
    }
    return experiment;
  }

  static RuntimeException missing(String id) {
    return new MlflowFailure.DoesNotExist("No Experiment with id=%s exists".formatted(id))
        .exception();
  }

  static RuntimeException notActive(String id, Lifecycle lifecycle) {
    return MlflowFailure.invalid(
        "The experiment %s must be in the 'active' state. Current state is %s."
            .formatted(id, lifecycle.text()));
  }

  private static RuntimeException taken(String name) {
    return new MlflowFailure.AlreadyExists("Experiment(name=%s) already exists.".formatted(name))
        .exception();
  }
}
