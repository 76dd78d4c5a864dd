package io.penstock.registry.lifecycle;

import io.penstock.kit.events.Topics;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.Conflict;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.NotRetired;
import io.penstock.registry.RegistryFailure.RetirementEnforced;
import io.penstock.registry.RegistryFailure.StageConflict;
import io.penstock.registry.RegistryFailure.VersionInUse;
import io.penstock.registry.Times;
import io.penstock.registry.release.Releases;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.ModelVersion.Retirement;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// Ends the life of versions. From its date on no release takes a version; it is archived as soon
/// as none needs it, and until then somebody is told.
@Singleton
final class Retirements {

  private static final String REGISTRY = "registry-service";

  private final Jdbi jdbi;
  private final Changes changes;
  private final Stages stages;

  Retirements(Jdbi jdbi, Changes changes, Stages stages) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.stages = stages;
  }

  /// Sets the date, or moves it.
  ///
  /// @param time empty for at once
  /// @param force whether to do so although something depends on the version
  /// @param etag that the version must have; empty for any
  ModelVersion retire(
      VersionName name,
      Optional<Instant> time,
      String reason,
      boolean force,
      String etag,
      String by) {
    return changes.commit(
        change -> {
          requireAlive(lock(change, name, etag));
          if (!force) {
            requireUnused(change, name);
          }
          var retirement = new Retirement(time.orElse(Times.micros(change.time())), reason);
          RetirementRepository.set(change.handle(), name, retirement);
          record(change, name, Optional.of(retirement.time()), reason, by);
          var retired = VersionRepository.requireAndLock(change.handle(), name);
          if (isDue(retirement, change)) {
            return end(change, retired, by);
          }
          resolve(change, retired);
          return retired;
        });
  }

  /// Takes the date back, unless it has done its work. A version that serves beyond it stays, and
  /// whoever was alerted is told that it may.
  ModelVersion cancel(VersionName name, String reason, String etag, String by) {
    return changes.commit(
        change -> {
          var version = lock(change, name, etag);
          requireCancellable(version);
          RetirementRepository.clear(change.handle(), name);
          resolve(change, version);
          record(change, name, Optional.empty(), reason, by);
          return VersionRepository.requireAndLock(change.handle(), name);
        });
  }

  private static ModelVersion lock(Change change, VersionName name, String etag) {
    var version = VersionRepository.requireAndLock(change.handle(), name);
    if (!etag.isEmpty() && !etag.equals(version.etag())) {
      throw new FailureException(
          new Conflict(
              name.toString(), "its etag is %s, given was %s".formatted(version.etag(), etag)));
    }
    return version;
  }

  private static void requireCancellable(ModelVersion version) {
    var retirement =
        version
            .retirement()
            .orElseThrow(() -> new NotRetired(version.name().toString()).exception());
    if (version.stage() == Stage.ARCHIVED) {
      throw new RetirementEnforced(version.name().toString(), retirement.time()).exception();
    }
  }

  private static void record(
      Change change, VersionName name, Optional<Instant> time, String reason, String by) {
    RetirementRepository.append(
        change.handle(), name, time, reason, by, Times.micros(change.time()));
    change.audit(
        name.toString(),
        Map.of("retire_time", time.map(Instant::toString).orElse(""), "reason", reason));
  }

  /// Who set, moved and took back the date of a version, newest first.
  Page<RetirementChange> history(VersionName name, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          var version = VersionRepository.require(handle, name);
          return RetirementRepository.changes(handle, version.name(), page);
        });
  }

  private static boolean isDue(Retirement retirement, Change change) {
    return !retirement.time().isAfter(change.time());
  }

  private static void requireAlive(ModelVersion version) {
    if (version.stage() == Stage.ARCHIVED) {
      throw new StageConflict(
              version.name().toString(), Stage.ARCHIVED.word(), Stage.ARCHIVED.word())
          .exception();
    }
  }

  private static void requireUnused(Change change, VersionName name) {
    var dependents = Dependents.of(change.handle(), name);
    if (!dependents.isEmpty()) {
      throw new VersionInUse(name.toString(), dependents).exception();
    }
  }

  // What a release needs stays until it needs it no more.
  private ModelVersion end(Change change, ModelVersion version, String by) {
    if (Releases.need(change.handle(), version.name())) {
      return version;
    }
    var reason = version.retirement().map(Retirement::reason).orElse("");
    return stages.move(change, version, Stage.ARCHIVED, Reason.of(Cause.RETIREMENT, reason, by));
  }

  /// The versions whose date has come and that are not archived.
  List<VersionName> overdue(Instant now) {
    return jdbi.withHandle(handle -> RetirementRepository.overdue(handle, now));
  }

  /// Does what the date of a version demands, as far as that is possible now.
  Stage enforce(VersionName name) {
    return changes.commit(
        change -> {
          var version = VersionRepository.requireAndLock(change.handle(), name);
          if (version.stage() == Stage.ARCHIVED || !isDue(version, change)) {
            return version.stage();
          }
          var ended = end(change, version, REGISTRY);
          if (ended.stage() != Stage.ARCHIVED) {
            alert(change, ended);
          } else {
            archived(change, version, ended);
          }
          return ended.stage();
        });
  }

  private static boolean isDue(ModelVersion version, Change change) {
    return version.retirement().filter(retirement -> isDue(retirement, change)).isPresent();
  }

  private static void alert(Change change, ModelVersion version) {
    if (RetirementRepository.startAlert(change.handle(), version.name(), change.time())) {
      change.publish(Topics.ALERTS, RetirementEvents.overdue(version, change.time()));
    }
  }

  private static void archived(Change change, ModelVersion was, ModelVersion is) {
    change.audit(
        is.name().toString(),
        Map.of(
            "from_stage", was.stage().word(), "to_stage", is.stage().word(), "cause", "its date"));
    resolve(change, is);
  }

  private static void resolve(Change change, ModelVersion version) {
    if (RetirementRepository.endAlert(change.handle(), version.name())) {
      change.publish(Topics.ALERTS, RetirementEvents.resolved(version, change.time()));
    }
  }
}
