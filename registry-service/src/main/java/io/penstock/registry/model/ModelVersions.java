package io.penstock.registry.model;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.OnnxUnsupported;
import io.penstock.registry.RegistryFailure.SignatureMismatch;
import io.penstock.registry.RegistryFailure.StageConflict;
import io.penstock.registry.RegistryFailure.VersionServed;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.onnx.OnnxFile;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.SignatureComparison;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.release.Release;
import io.penstock.registry.release.Releases;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/// The versions of models: registered from stored bytes, read, and taken out of use.
@Singleton
final class ModelVersions {

  private final Jdbi jdbi;
  private final Changes changes;
  private final ModelCatalog models;
  private final Artifacts artifacts;
  private final Runs runs;

  ModelVersions(Jdbi jdbi, Changes changes, ModelCatalog models, Artifacts artifacts, Runs runs) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.models = models;
    this.artifacts = artifacts;
    this.runs = runs;
  }

  /// Registers the next version. All that can be refused is looked at before the number is taken.
  ModelVersion register(NewVersion wanted, String caller) {
    models.get(wanted.model());
    var signature = signature(wanted);
    checkBinding(wanted, signature);
    Map<String, Double> metrics = wanted.run().map(runs::get).map(Run::metrics).orElse(Map.of());
    return changes.commit(change -> insert(change, wanted, signature, metrics, caller));
  }

  private Signature signature(NewVersion wanted) {
    var artifact = wanted.artifact();
    var actual = OnnxFile.readSignature(artifact.name(), artifacts.bytes(artifact));
    if (wanted.signature().isEmpty()) {
      requireShapes(artifact.name(), actual);
      return actual;
    }
    var differences = SignatureComparison.compare(wanted.signature().get(), actual);
    if (!differences.isEmpty()) {
      throw new SignatureMismatch(differences).exception();
    }
    return wanted.signature().get();
  }

  private static void requireShapes(String artifact, Signature signature) {
    Stream.concat(signature.inputs().stream(), signature.outputs().stream())
        .filter(tensor -> tensor.shape().isEmpty())
        .map(TensorSpec::name)
        .findFirst()
        .ifPresent(
            name -> {
              throw new OnnxUnsupported(
                      artifact,
                      "the model leaves the shape of '%s' open, declare it in the signature"
                          .formatted(name))
                  .exception();
            });
  }

  private static void checkBinding(NewVersion wanted, Signature signature) {
    var problems = new InvalidArguments();
    wanted.featureBinding().ifPresent(binding -> binding.check(signature, problems::add));
    problems.throwIfAny();
  }

  private static ModelVersion insert(
      Change change,
      NewVersion wanted,
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
            wanted.artifact(),
            wanted.run(),
            signature,
            wanted.featureBinding(),
            wanted.baselineProfile(),
            metrics,
            wanted.dependencies(),
            wanted.tags(),
            now,
            caller,
            1);
    VersionRepository.insert(change.handle(), version);
    change.audit(version.name().toString(), facts(version));
    return version;
  }

  private static Map<String, String> facts(ModelVersion version) {
    return Map.of(
        "artifact", version.artifact().name(),
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
  ModelVersion archive(VersionName name, String comment) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          var version = VersionRepository.requireAndLock(handle, name);
          requireArchivable(version);
          if (Releases.need(handle, name)) {
            throw new VersionServed(name.toString(), Release.nameOf(name.model())).exception();
          }
          var archived = version.in(Stage.ARCHIVED);
          VersionRepository.updateStage(handle, archived);
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
