package io.penstock.registry.model;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.StageConflict;
import io.penstock.registry.RegistryFailure.VersionServed;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.release.Release;
import io.penstock.registry.release.Releases;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelSubjects;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.ServingConfig;
import io.penstock.registry.version.SignatureHistory;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionOrigin;
import io.penstock.registry.version.VersionRepository;
import io.penstock.registry.webhook.ModelEvents;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The versions of models: registered from stored bytes, read, and taken out of use.
@Singleton
final class ModelVersions {

  private final Jdbi jdbi;
  private final Changes changes;
  private final ModelCatalog models;
  private final Artifacts artifacts;
  private final VersionSignatures signatures;
  private final Runs runs;
  private final Stages stages;
  private final ModelEvents events;

  ModelVersions(
      Jdbi jdbi,
      Changes changes,
      ModelCatalog models,
      Artifacts artifacts,
      VersionSignatures signatures,
      Runs runs,
      Stages stages,
      ModelEvents events) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.models = models;
    this.artifacts = artifacts;
    this.signatures = signatures;
    this.runs = runs;
    this.stages = stages;
    this.events = events;
  }

  /// Registers the next version. All that can be refused is looked at before the number is taken.
  ModelVersion register(NewVersion wanted, String caller) {
    models.get(wanted.model());
    checkSteps(wanted);
    var artifact = artifact(wanted, caller);
    var signature = signatures.of(wanted, artifact);
    checkBinding(wanted, signature);
    Map<String, Double> metrics =
        wanted.run().map(runs::get).map(Run::metricValues).orElse(Map.of());
    return changes.commit(change -> insert(change, wanted, artifact, signature, metrics, caller));
  }

  // An ensemble's artifact is what says how it is put together: so it has a digest as every version
  // has, and evidence of it holds the whole.
  private ArtifactDigest artifact(NewVersion wanted, String caller) {
    return wanted
        .artifact()
        .orElseGet(
            () ->
                artifacts
                    .store(
                        Optional.empty(),
                        VersionRepository.ENSEMBLE,
                        List.of(wanted.config().encoded().asReadOnlyByteBuffer()).iterator(),
                        caller)
                    .digest());
  }

  private void checkSteps(NewVersion wanted) {
    var problems = new InvalidArguments();
    var steps = wanted.config().steps();
    jdbi.useHandle(
        handle -> {
          for (int i = 0; i < steps.size(); i++) {
            checkStep(
                handle,
                problems,
                "version.config.ensemble_scheduling.step[%d]".formatted(i),
                steps.get(i));
          }
        });
    problems.throwIfAny();
  }

  private static void checkStep(
      Handle handle, InvalidArguments problems, String field, ServingConfig.Step step) {
    problems.addIf(
        ModelRepository.find(handle, step.model()).isEmpty(),
        field + ".model_name",
        "there is no model '%s'".formatted(step.model()));
    problems.addIf(
        step.version() > 0
            && VersionRepository.find(handle, new VersionName(step.model(), step.version()))
                .isEmpty(),
        field + ".model_version",
        "'%s' has no version %d".formatted(step.model(), step.version()));
    problems.addIf(
        !step.fallback().isEmpty() && ModelRepository.find(handle, step.fallback()).isEmpty(),
        field + ".fallback_model_name",
        "there is no model '%s'".formatted(step.fallback()));
  }

  private static void checkBinding(NewVersion wanted, Signature signature) {
    var problems = new InvalidArguments();
    wanted.featureBinding().ifPresent(binding -> binding.check(signature, problems::add));
    problems.throwIfAny();
  }

  private ModelVersion insert(
      Change change,
      NewVersion wanted,
      ArtifactDigest artifact,
      Signature signature,
      Map<String, Double> metrics,
      String caller) {
    var now = Times.micros(change.time());
    long number =
        ModelRepository.nextVersion(change.handle(), wanted.model(), now)
            .orElseThrow(() -> ModelCatalog.missing(wanted.model()));
    var version =
        new ModelVersion(
            new VersionName(wanted.model(), number),
            wanted.description(),
            Stage.NONE,
            Optional.of(artifact),
            wanted.run(),
            signature,
            SignatureHistory.changes(change.handle(), wanted.model(), signature),
            wanted.featureBinding(),
            wanted.config(),
            wanted.baselineProfile(),
            metrics,
            wanted.dependencies(),
            wanted.tags(),
            Optional.empty(),
            now,
            caller,
            1);
    VersionRepository.insert(change.handle(), version);
    tell(change, version);
    change.audit(version.name().toString(), facts(version));
    return version;
  }

  private void tell(Change change, ModelVersion version) {
    ModelSubjects.ofId(change.handle(), version.name().model())
        .ifPresent(
            model ->
                events.versionCreated(
                    change,
                    model,
                    version.name().number(),
                    VersionOrigin.of(version).source(),
                    version.run().map(RunName::run).orElse(""),
                    version.tags(),
                    version.description()));
  }

  private static Map<String, String> facts(ModelVersion version) {
    return Map.of(
        "artifact", version.artifact().map(ArtifactDigest::name).orElse(""),
        "run", version.run().map(RunName::toString).orElse(""),
        "metrics", version.metrics().toString());
  }

  ModelVersion get(VersionName name) {
    return jdbi.withHandle(handle -> VersionRepository.require(handle, name));
  }

  Page<ModelVersion> list(String model, PageRequest page) {
    models.get(model);
    return jdbi.withHandle(handle -> VersionRepository.page(handle, model, page));
  }

  /// Takes a version out of use for good.
  ModelVersion archive(VersionName name, String comment, String by) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          var version = VersionRepository.requireAndLock(handle, name);
          requireArchivable(version);
          if (Releases.need(handle, name)) {
            throw new VersionServed(name.toString(), Release.nameOf(name.model())).exception();
          }
          var archived =
              stages.move(change, version, Stage.ARCHIVED, Reason.of(Cause.ARCHIVAL, comment, by));
          change.audit(
              name.toString(), Map.of("from_stage", version.stage().word(), "comment", comment));
          return archived;
        });
  }

  private static void requireArchivable(ModelVersion version) {
    if (version.stage() == Stage.ARCHIVED) {
      throw new StageConflict(
              version.name().toString(), Stage.ARCHIVED.word(), Stage.ARCHIVED.word())
          .exception();
    }
  }
}
