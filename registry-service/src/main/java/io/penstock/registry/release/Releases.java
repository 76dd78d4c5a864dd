package io.penstock.registry.release;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.RevisionMismatch;
import io.penstock.registry.RegistryFailure.VersionNotInProduction;
import io.penstock.registry.RegistryFailure.VersionNotServable;
import io.penstock.registry.RegistryFailure.VersionRetired;
import io.penstock.registry.Times;
import io.penstock.registry.release.ReleaseCommand.Deploy;
import io.penstock.registry.release.ReleaseProtos.Deployment;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The releases of the registry: every change is decided by [ReleasePlan] and stored under the next
/// revision.
@Singleton
public final class Releases {

  /// What a caller means when it does not say which revision it expects.
  static final long ANY_REVISION = 0;

  private final Jdbi jdbi;
  private final Changes changes;
  private final ReleaseFeed feed;

  Releases(Jdbi jdbi, Changes changes, ReleaseFeed feed) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.feed = feed;
  }

  Release deploy(Deployment wanted, long expectedRevision, String by) {
    var release =
        changes.commit(
            change -> {
              var version = releasable(change.handle(), wanted.version(), change.time());
              var command =
                  new Deploy(
                      version,
                      wanted.variant(),
                      wanted.percent(),
                      wanted.criteria(),
                      wanted.bandit());
              return decide(change, wanted.version().model(), expectedRevision, command, by);
            });
    feed.wake();
    return release;
  }

  // Held, not only read: it cannot be archived while this transaction makes it serve. The model
  // first, as everybody who takes both: whoever deletes it has it alone.
  private static ModelVersion releasable(Handle handle, VersionName name, Instant now) {
    VersionRepository.holdModel(handle, name.model());
    var version = VersionRepository.requireAndHold(handle, name);
    if (version.stage() != Stage.PRODUCTION) {
      throw new VersionNotInProduction(name.toString(), version.stage().word()).exception();
    }
    if (version.artifact().isEmpty()) {
      throw new VersionNotServable(name.toString()).exception();
    }
    version
        .retirement()
        .filter(retirement -> !retirement.time().isAfter(now))
        .ifPresent(
            retirement -> {
              throw new VersionRetired(name.toString(), retirement.time(), retirement.reason())
                  .exception();
            });
    return version;
  }

  /// Changes a release that exists.
  Release change(String model, long expectedRevision, ReleaseCommand command, String by) {
    var release = changes.commit(change -> decide(change, model, expectedRevision, command, by));
    feed.wake();
    return release;
  }

  /// Decides and stores inside the given transaction; whoever commits it wakes the feed.
  static Release decide(
      Change change, String model, long expectedRevision, ReleaseCommand command, String by) {
    var handle = change.handle();
    long revision = ReleaseRepository.lock(handle) + 1;
    var current = ReleaseRepository.find(handle, model);
    requireRevision(model, expectedRevision, current);
    if (current.isEmpty() && !(command instanceof Deploy)) {
      throw missing(model);
    }
    var now = Times.micros(change.time());
    var plan = ReleasePlan.decide(model, current.orElse(null), command, now);
    var next =
        new Release(
            model,
            revision,
            plan.targets(),
            plan.canary(),
            plan.bandit(),
            plan.stopped(),
            now,
            by,
            plan.reason());
    ReleaseRepository.insert(handle, next);
    change.audit(next.name(), facts(next));
    return next;
  }

  private static void requireRevision(String model, long expected, Optional<Release> current) {
    long actual = current.map(Release::revision).orElse(ANY_REVISION);
    if (expected != ANY_REVISION && expected != actual) {
      throw new RevisionMismatch(Release.nameOf(model), expected, actual).exception();
    }
  }

  private static Map<String, String> facts(Release release) {
    var split =
        release.targets().stream()
            .map(
                target ->
                    "%s %s %d %%"
                        .formatted(target.version().name(), target.variant(), target.percent()))
            .collect(Collectors.joining(", "));
    return Map.of(
        "revision",
        String.valueOf(release.revision()),
        "reason",
        release.reason(),
        "targets",
        split);
  }

  Release get(String model) {
    return jdbi.withHandle(handle -> current(handle, model)).orElseThrow(() -> missing(model));
  }

  Page<Release> list(PageRequest page) {
    return jdbi.withHandle(handle -> ReleaseRepository.page(handle, page));
  }

  Page<Release> revisions(String model, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          var release = current(handle, model).orElseThrow(() -> missing(model));
          return ReleaseRepository.revisions(handle, release.model(), page);
        });
  }

  private static RuntimeException missing(String model) {
    return new NotFound(Kind.RELEASE, Release.nameOf(model)).exception();
  }

  static Optional<Release> current(Handle handle, String model) {
    return ReleaseRepository.find(handle, model);
  }

  /// The version that answers for a model now, if any does.
  public Optional<ModelVersion> primaryOf(String model) {
    return jdbi.withHandle(handle -> primaryOf(handle, model));
  }

  /// The same, as the given transaction sees it.
  public static Optional<ModelVersion> primaryOf(Handle handle, String model) {
    return current(handle, model).flatMap(release -> release.playing(Variant.PRIMARY));
  }

  /// Whether a release needs the version now, as the given transaction sees it.
  public static boolean need(Handle handle, VersionName version) {
    return !ReleaseRepository.partsOf(handle, version).isEmpty();
  }

  /// Whether anything of the model is served now, as the given transaction sees it.
  public static boolean exists(Handle handle, String model) {
    return current(handle, model).isPresent();
  }

  /// What a release needs the version for now, in words: `primary`, `canary`, `fallback`.
  public static List<String> uses(Handle handle, VersionName version) {
    return ReleaseRepository.partsOf(handle, version).stream()
        .map(part -> part.name().toLowerCase(Locale.ROOT))
        .toList();
  }
}
