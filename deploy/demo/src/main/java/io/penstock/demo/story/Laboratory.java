package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;

import io.penstock.demo.flights.Flights;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Terminal;
import io.penstock.demo.training.Finding;
import io.penstock.demo.training.Recipe;
import io.penstock.demo.training.Study;
import io.penstock.proto.registry.v1.ListModelVersionsRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.Stage;
import java.util.Optional;

/// Step 1: ada trains two models, and logs and registers them.
public final class Laboratory {

  private final Terminal terminal;
  private final ModelServiceBlockingStub models;
  private final FeatureCatalog features;
  private final RunLog runs;
  private final Registration registration;

  public Laboratory(Story story) {
    this.terminal = story.terminal();
    this.models = story.suite().as(ADA, ModelServiceGrpc::newBlockingStub);
    this.features = new FeatureCatalog(story);
    this.runs = new RunLog(story);
    this.registration = new Registration(story);
  }

  public Registered work() {
    Study study = train();
    Views views = features.publish();
    terminal.passed(
        "features described: %s, %s"
            .formatted(views.origins().getName(), views.routes().getName()));
    registration.model();
    Optional<ModelVersion> known = knownBaseline();
    ModelVersion baseline = known.orElseGet(() -> logAndRegister(study, study.baseline(), views));
    ModelVersion candidate = logAndRegister(study, study.candidate(), views);
    return new Registered(study, views, baseline, known.isEmpty(), candidate);
  }

  private Study train() {
    terminal.status("training");
    Flights flights = Flights.sample();
    Study study = Study.of(flights);
    terminal.fact(
        "flights",
        "%s of 2001, %d routes, sha256 %s"
            .formatted(
                Figures.count(flights.all().size()),
                study.features().routes().keys(),
                Figures.digest(flights.sha256())));
    describe(study.baseline());
    describe(study.candidate());
    return study;
  }

  private void describe(Finding finding) {
    Recipe recipe = finding.model().recipe();
    terminal.fact(
        recipe.name(),
        "%d trees on %d columns; AUC on March %s, never seen in training"
            .formatted(
                recipe.trees(),
                recipe.columns().size(),
                Figures.share(finding.validation().auc())));
  }

  private ModelVersion logAndRegister(Study study, Finding finding, Views views) {
    Run run = runs.log(study, finding);
    terminal.passed(
        "%s: %d parameters, %d metrics, data by its hash"
            .formatted(run.getName(), run.getParamsCount(), run.getMetricsCount()));
    ModelVersion version = registration.register(finding, run, views);
    terminal.passed(
        "%s: %s".formatted(version.getName(), version.getArtifact().substring(0, 24) + "…"));
    return version;
  }

  /// The first run registers the baseline; the ones after it find it serving, as a newcomer to a
  /// team would.
  private Optional<ModelVersion> knownBaseline() {
    String page = "";
    do {
      var response =
          models.listModelVersions(
              ListModelVersionsRequest.newBuilder()
                  .setParent(FlightDelay.MODEL)
                  .setPageToken(page)
                  .build());
      Optional<ModelVersion> found =
          response.getVersionsList().stream().filter(Laboratory::isBaseline).findFirst();
      if (found.isPresent()) {
        return found;
      }
      page = response.getNextPageToken();
    } while (!page.isEmpty());
    return Optional.empty();
  }

  private static boolean isBaseline(ModelVersion version) {
    return version.getTagsOrDefault(Registration.RECIPE_TAG, "").equals(Recipe.BASELINE.name())
        && version.getStage() != Stage.STAGE_ARCHIVED;
  }
}
