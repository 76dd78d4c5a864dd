package io.penstock.registry.registered;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.outbox.CombinedWork.Attempt;
import io.penstock.kit.outbox.CombinedWork.Part;
import io.penstock.kit.outbox.WriteCombiner;
import io.penstock.kit.outbox.WriteCombiner.Limits;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.file.ArtifactFile;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.ArtifactFiles;
import io.penstock.registry.model.ModelRepository;
import io.penstock.registry.profile.Profile;
import io.penstock.registry.registered.Registration.FilesChanged;
import io.penstock.registry.registered.Registration.ModelGone;
import io.penstock.registry.registered.Registration.Outcome;
import io.penstock.registry.registered.Registration.Registered;
import io.penstock.registry.version.ModelSubjects;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.ServingConfig;
import io.penstock.registry.version.SignatureHistory;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionOrigin;
import io.penstock.registry.version.VersionRepository;
import io.penstock.registry.webhook.ModelEvents;
import io.penstock.registry.webhook.ModelEvents.Subject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Numbers versions and stores them. Those of one model come one after another, so that numbers
/// have no gap; those that come at once share a transaction, so that a thousand of them wait for a
/// few commits only.
@Singleton
final class Registrations {

  private static final Limits LIMITS = new Limits(4, 200, 20_000);

  private final WriteCombiner<Registration, Outcome> combiner;
  private final ModelEvents events;

  Registrations(Changes changes, ModelEvents events, MeterRegistry meters) {
    this.events = events;
    this.combiner =
        WriteCombiner.start(
            "registrations",
            changes,
            meters,
            LIMITS,
            _ -> 1,
            registration -> registration.wanted().model().hashCode(),
            this::store);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    combiner.close();
  }

  Outcome register(Registration registration) {
    return combiner.commit(registration);
  }

  private List<Outcome> store(Handle handle, List<Part<Registration>> parts, Attempt attempt) {
    var outcomes = new HashMap<Part<Registration>, Outcome>();
    parts.forEach(part -> outcomes.put(part, new ModelGone()));
    // All of them before any model, and at once: whoever deletes files never waits in a circle.
    var files =
        ArtifactFiles.hold(
            handle,
            parts.stream().flatMap(part -> part.request().folder().stream()).distinct().toList());
    var byName = parts.stream().collect(groupingBy(part -> part.request().wanted().model()));
    // In the order of the ids: two transactions never wait for each other's models.
    byName.keySet().stream()
        .flatMap(name -> ModelSubjects.named(handle, name).stream())
        .sorted(comparing(Subject::id))
        .forEach(
            model ->
                store(
                    handle, model, byName.getOrDefault(model.name(), List.of()), files, outcomes));
    return parts.stream().map(outcomes::get).toList();
  }

  // Only those whose files are still the same get a number.
  private void store(
      Handle handle,
      Subject model,
      List<Part<Registration>> parts,
      Map<ArtifactFilePath, List<ArtifactFile>> files,
      Map<Part<Registration>, Outcome> outcomes) {
    var ready = parts.stream().filter(part -> isUnchanged(files, part.request())).toList();
    var now = Times.micros(parts.getFirst().change().time());
    var last = ModelRepository.takeNumbers(handle, model.id(), ready.size(), now);
    if (last.isEmpty()) {
      return;
    }
    parts.forEach(part -> outcomes.put(part, new FilesChanged()));
    long number = last.get() - ready.size();
    for (var part : ready) {
      number++;
      outcomes.put(part, insert(part.change(), part.request(), model, number));
    }
  }

  private static boolean isUnchanged(
      Map<ArtifactFilePath, List<ArtifactFile>> files, Registration registration) {
    return registration
        .folder()
        .map(folder -> files.getOrDefault(folder, List.of()))
        .map(registration.contents().files()::equals)
        .orElse(true);
  }

  private Outcome insert(Change change, Registration registration, Subject model, long number) {
    var handle = change.handle();
    var now = Times.micros(change.time());
    var version = version(handle, registration, new VersionName(model.id(), number), now);
    var message = message(registration, version);
    VersionRepository.insert(handle, version, origin(registration, version.name(), message));
    freeze(handle, version.name(), registration.contents().files());
    audit(change, registration, version);
    tell(change, registration, model, version);
    return new Registered(registration.numbered(version, message, now));
  }

  private static ModelVersion version(
      Handle handle, Registration registration, VersionName name, Instant now) {
    var contents = registration.contents();
    return new ModelVersion(
        name,
        registration.wanted().description(),
        Stage.NONE,
        contents.artifact(),
        registration.source().run(),
        contents.signature(),
        contents.artifact().isPresent()
            ? SignatureHistory.changes(handle, name.model(), contents.signature())
            : "",
        Optional.empty(),
        ServingConfig.NONE,
        Profile.NONE,
        registration.metrics(),
        List.of(),
        registration.wanted().tags(),
        Optional.empty(),
        now,
        registration.by(),
        1);
  }

  private static String message(Registration registration, ModelVersion version) {
    var findings = new ArrayList<>(registration.contents().findings());
    if (!version.signatureChanges().isEmpty()) {
      findings.add(version.signatureChanges());
    }
    return String.join(". ", findings);
  }

  private static VersionOrigin origin(
      Registration registration, VersionName version, String message) {
    var source = registration.source();
    return new VersionOrigin(
        registration.wanted().source(),
        registration.location(version),
        source.runId(),
        registration.wanted().runLink(),
        source.loggedModel(),
        message);
  }

  private static void freeze(Handle handle, VersionName version, List<ArtifactFile> files) {
    if (files.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            insert into model_version_file (model, number, path, sha256, size_bytes)
            select :model, :number, path, sha256, size
            from unnest(:paths, :digests, :sizes) as file (path, sha256, size)""")
        .bind("model", version.model())
        .bind("number", version.number())
        .bindArray("paths", String.class, files.stream().map(file -> file.path().value()).toList())
        .bindArray(
            "digests", String.class, files.stream().map(file -> file.digest().hex()).toList())
        .bindArray("sizes", Long.class, files.stream().map(ArtifactFile::size).toList())
        .execute();
  }

  private static void audit(Change change, Registration registration, ModelVersion version) {
    change.audit(
        version.name().toString(),
        Map.of(
            "source", registration.wanted().source(),
            "run_id", registration.source().runId(),
            "artifact", version.artifact().map(ArtifactDigest::name).orElse(""),
            "files", String.valueOf(registration.contents().files().size())));
  }

  private void tell(Change change, Registration registration, Subject model, ModelVersion version) {
    var wanted = registration.wanted();
    events.versionCreated(
        change,
        model,
        version.name().number(),
        wanted.source(),
        registration.source().runId(),
        wanted.tags(),
        wanted.description());
  }
}
