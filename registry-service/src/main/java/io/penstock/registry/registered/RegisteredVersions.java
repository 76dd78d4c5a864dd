package io.penstock.registry.registered;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.Overloaded;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.MlflowFailure.Conflict;
import io.penstock.registry.RegistryFailure.VersionServed;
import io.penstock.registry.Times;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.mlmodel.ServableFiles;
import io.penstock.registry.mlmodel.VersionContents;
import io.penstock.registry.mlmodel.VersionTree;
import io.penstock.registry.promotion.TransitionRequest;
import io.penstock.registry.promotion.Transitions;
import io.penstock.registry.registered.Registration.FilesChanged;
import io.penstock.registry.registered.Registration.ModelGone;
import io.penstock.registry.registered.Registration.Outcome;
import io.penstock.registry.registered.Registration.Registered;
import io.penstock.registry.release.Release;
import io.penstock.registry.release.Releases;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelSubjects;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import io.penstock.registry.webhook.ModelEvents;
import io.penstock.registry.webhook.ModelEvents.Subject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Versions by the names of their models, as MLflow clients register and change them.
@Singleton
public final class RegisteredVersions {

  private static final int PREPARING = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Semaphore preparing = new Semaphore(PREPARING, true);
  private final Jdbi jdbi;
  private final Changes changes;
  private final VersionSources sources;
  private final VersionTree tree;
  private final ServableFiles servable;
  private final Registrations registrations;
  private final Runs runs;
  private final Transitions transitions;
  private final Stages stages;
  private final ModelEvents events;

  RegisteredVersions(
      Jdbi jdbi,
      Changes changes,
      VersionSources sources,
      VersionTree tree,
      ServableFiles servable,
      Registrations registrations,
      Runs runs,
      Transitions transitions,
      Stages stages,
      ModelEvents events) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.sources = sources;
    this.tree = tree;
    this.servable = servable;
    this.registrations = registrations;
    this.runs = runs;
    this.transitions = transitions;
    this.stages = stages;
    this.events = events;
  }

  /// Registers the next version. Where its files lie here they are looked at first and held fast
  /// then, from the same moment on.
  public RegisteredVersion register(NewRegistration wanted, String by) {
    return orFailure(wanted, registrations.register(prepare(wanted, by)));
  }

  // A few at a time: a thousand who come at once wait here, not for each other's connections.
  private Registration prepare(NewRegistration wanted, String by) {
    if (!mayPrepare()) {
      throw new FailureException(
          new Overloaded("registrations", "too many versions are being looked at already"));
    }
    try {
      return look(wanted, by);
    } finally {
      preparing.release();
    }
  }

  private boolean mayPrepare() {
    try {
      return preparing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Registration look(NewRegistration wanted, String by) {
    var source = sources.resolve(wanted);
    var folder = ArtifactFilePath.ofUri(source.location()).filter(path -> !path.isRoot());
    Map<String, Double> metrics =
        source.run().map(runs::get).map(Run::metricValues).orElse(Map.of());
    return new Registration(
        wanted,
        source,
        folder,
        folder.map(path -> contents(path, by)).orElse(VersionContents.ELSEWHERE),
        metrics,
        by);
  }

  private VersionContents contents(ArtifactFilePath folder, String by) {
    return tree.versionAt(folder)
        .map(VersionContents::of)
        .orElseGet(() -> servable.read(folder, by));
  }

  private static RegisteredVersion orFailure(NewRegistration wanted, Outcome outcome) {
    return switch (outcome) {
      case Registered(var version) -> version;
      case ModelGone _ -> throw ModelTexts.noModel(wanted.model());
      case FilesChanged _ ->
          throw new Conflict(
                  "The files of '%s' changed while the version was registered."
                      .formatted(wanted.source()))
              .exception();
    };
  }

  public RegisteredVersion get(String model, String version) {
    return jdbi.withHandle(
        handle ->
            ModelTexts.number(version)
                .flatMap(number -> RegisteredVersionRepository.find(handle, model, number))
                .orElseThrow(() -> ModelTexts.noVersion(model, version)));
  }

  /// The versions of these names, in their order; those that do not exist are left out.
  public static List<RegisteredVersion> read(Handle handle, List<VersionName> names) {
    return RegisteredVersionRepository.find(handle, names);
  }

  public RegisteredVersion getByAlias(String model, String alias) {
    return jdbi.withHandle(
        handle ->
            (ModelTexts.isLatest(alias)
                    ? RegisteredVersionRepository.findNewest(handle, model)
                    : RegisteredVersionRepository.findByAlias(handle, model, alias))
                .orElseThrow(() -> noAlias(handle, model, alias)));
  }

  private static FailureException noAlias(Handle handle, String model, String alias) {
    subject(handle, model); // fails by itself where there is no such model
    return MlflowFailure.invalid("Registered model alias %s not found.".formatted(alias));
  }

  /// The newest ready version of each of the stages.
  public List<RegisteredVersion> latest(String model, List<Stage> wanted) {
    return jdbi.withHandle(
        handle ->
            RegisteredVersionRepository.latest(handle, List.of(subject(handle, model).id()))
                .stream()
                .filter(version -> wanted.isEmpty() || wanted.contains(version.stage()))
                .toList());
  }

  public RegisteredVersion describe(String model, String version, String description) {
    change(
        model,
        version,
        Map.of("description", description),
        (change, found) ->
            RegisteredVersionRepository.describe(
                change.handle(), found.id(), description, Times.micros(change.time())));
    return get(model, version);
  }

  /// Takes a version from everybody's view. Its number is never given again, and its history stays.
  public void delete(String model, String version, String by) {
    changes.run(
        change -> {
          var handle = change.handle();
          // Before the version, as everybody who takes both.
          if (RegisteredModelRepository.lock(handle, model).isEmpty()) {
            throw ModelTexts.noVersion(model, version);
          }
          var found = lock(handle, model, version);
          if (Releases.need(handle, found.id())) {
            throw new VersionServed(found.id().toString(), Release.nameOf(found.id().model()))
                .exception();
          }
          end(change, found.id(), by);
          RegisteredVersionRepository.delete(handle, found.id(), Times.micros(change.time()));
          events.versionDeleted(change, subject(handle, model), found.id().number());
          change.audit(found.id().toString(), Map.of("deleted", "true"));
        });
  }

  private void end(Change change, VersionName name, String by) {
    VersionRepository.lockModel(change.handle(), name.model(), Times.micros(change.time()));
    var version = VersionRepository.requireAndLock(change.handle(), name);
    if (version.stage() != Stage.ARCHIVED) {
      stages.move(
          change,
          version,
          Stage.ARCHIVED,
          Reason.of(Cause.DELETION, "the version was deleted", by));
    }
  }

  public RegisteredVersion transition(
      String model, String version, Stage target, boolean archiveExisting, String by) {
    var name = get(model, version).id();
    transitions.transition(new TransitionRequest(name, target, archiveExisting, by));
    return get(model, version);
  }

  public void putTag(String model, String version, String key, String value) {
    change(
        model,
        version,
        Map.of("tag", key, "value", value),
        (change, found) -> {
          RegisteredVersionRepository.putTag(change.handle(), found.id(), key, value);
          events.versionTagSet(
              change, subject(change.handle(), model), found.id().number(), key, value);
        });
  }

  public void deleteTag(String model, String version, String key) {
    change(
        model,
        version,
        Map.of("deleted_tag", key),
        (change, found) -> {
          RegisteredVersionRepository.deleteTag(change.handle(), found.id(), key);
          events.versionTagDeleted(
              change, subject(change.handle(), model), found.id().number(), key);
        });
  }

  private static Subject subject(Handle handle, String model) {
    return ModelSubjects.named(handle, model).orElseThrow(() -> ModelTexts.noModel(model));
  }

  private void change(
      String model,
      String version,
      Map<String, String> facts,
      BiConsumer<Change, RegisteredVersion> work) {
    changes.run(
        change -> {
          var found = lock(change.handle(), model, version);
          work.accept(change, found);
          change.audit(found.id().toString(), facts);
        });
  }

  private static RegisteredVersion lock(Handle handle, String model, String version) {
    return ModelTexts.number(version)
        .flatMap(number -> RegisteredVersionRepository.lock(handle, model, number))
        .orElseThrow(() -> ModelTexts.noVersion(model, version));
  }
}
