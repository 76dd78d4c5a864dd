package io.penstock.registry.release;

import io.penstock.registry.RegistryFailure.NoCanary;
import io.penstock.registry.RegistryFailure.NoFallback;
import io.penstock.registry.RegistryFailure.ReleaseConflict;
import io.penstock.registry.release.ReleaseCommand.Adjust;
import io.penstock.registry.release.ReleaseCommand.Deploy;
import io.penstock.registry.release.ReleaseCommand.PromoteCanary;
import io.penstock.registry.release.ReleaseCommand.Resume;
import io.penstock.registry.release.ReleaseCommand.RollBack;
import io.penstock.registry.release.ReleaseCommand.Stop;
import io.penstock.registry.version.ModelVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what a release becomes. Knows neither time nor database: the same state and command give
/// the same plan.
///
/// @param targets the new split; primary and canary add up to 100
/// @param reason in words
record ReleasePlan(
    List<TrafficTarget> targets,
    Optional<Canary> canary,
    Optional<Bandit> bandit,
    boolean stopped,
    String reason) {

  private static final int ALL = 100;

  ReleasePlan {
    targets = List.copyOf(targets);
  }

  /// @param current null before the first deployment
  static ReleasePlan decide(
      String model, @Nullable Release current, ReleaseCommand command, Instant now) {
    var plans = new Decision(Release.nameOf(model), Split.of(current), now);
    return switch (command) {
      case Deploy deploy ->
          switch (deploy.variant()) {
            case PRIMARY -> plans.deployPrimary(deploy.version());
            case CANARY -> plans.deployCanary(deploy);
            case SHADOW -> plans.deployShadow(deploy);
            case FALLBACK ->
                throw new IllegalArgumentException("nobody deploys a fallback: it is what was");
          };
      case PromoteCanary(var comment) -> plans.promoteCanary(comment);
      case RollBack(var comment) -> plans.rollBack(comment);
      case Adjust(var percent, var reason) -> plans.adjust(percent, reason);
      case Stop(var why) -> plans.stop(why);
      case Resume(var comment) -> plans.resume(comment);
    };
  }

  /// Who plays which part.
  ///
  /// @param trial of the canary, if it is on trial
  /// @param bandit if rewards decide the canary's share
  private record Split(
      @Nullable ModelVersion primary,
      @Nullable ModelVersion canary,
      int canaryPercent,
      Optional<Canary> trial,
      Optional<Bandit> bandit,
      @Nullable ModelVersion shadow,
      int shadowPercent,
      @Nullable ModelVersion fallback,
      boolean stopped) {

    private static final Split NOTHING =
        new Split(null, null, 0, Optional.empty(), Optional.empty(), null, 0, null, false);

    static Split of(@Nullable Release release) {
      if (release == null) {
        return NOTHING;
      }
      var split = release.stopped() ? NOTHING.stopped(true) : NOTHING;
      for (var target : release.targets()) {
        split = split.with(target, release);
      }
      return split;
    }

    private Split with(TrafficTarget target, Release release) {
      return switch (target.variant()) {
        case PRIMARY -> primary(target.version());
        case CANARY ->
            canary(target.version(), target.percent(), release.canary(), release.bandit());
        case SHADOW -> shadow(target.version(), target.percent());
        case FALLBACK -> fallback(target.version());
      };
    }

    Split primary(ModelVersion version) {
      return new Split(
          version, canary, canaryPercent, trial, bandit, shadow, shadowPercent, fallback, stopped);
    }

    Split canary(
        ModelVersion version, int percent, Optional<Canary> newTrial, Optional<Bandit> newBandit) {
      return new Split(
          primary, version, percent, newTrial, newBandit, shadow, shadowPercent, fallback, stopped);
    }

    Split withoutCanary() {
      return new Split(
          primary,
          null,
          0,
          Optional.empty(),
          Optional.empty(),
          shadow,
          shadowPercent,
          fallback,
          stopped);
    }

    Split shadow(@Nullable ModelVersion version, int percent) {
      return new Split(
          primary, canary, canaryPercent, trial, bandit, version, percent, fallback, stopped);
    }

    Split fallback(@Nullable ModelVersion version) {
      return new Split(
          primary, canary, canaryPercent, trial, bandit, shadow, shadowPercent, version, stopped);
    }

    Split stopped(boolean value) {
      return new Split(
          primary, canary, canaryPercent, trial, bandit, shadow, shadowPercent, fallback, value);
    }

    /// A version that answers openly has no use for a shadow of itself.
    Split withoutShadowOf(ModelVersion version) {
      return same(shadow, version) ? shadow(null, 0) : this;
    }

    List<TrafficTarget> targets() {
      var targets = new ArrayList<TrafficTarget>();
      add(targets, primary, Variant.PRIMARY, ALL - canaryPercent);
      add(targets, canary, Variant.CANARY, canaryPercent);
      add(targets, shadow, Variant.SHADOW, shadowPercent);
      add(targets, fallback, Variant.FALLBACK, 0);
      return targets;
    }

    private static void add(
        List<TrafficTarget> targets, @Nullable ModelVersion version, Variant variant, int percent) {
      if (version != null) {
        targets.add(new TrafficTarget(version, variant, percent));
      }
    }
  }

  private record Decision(String release, Split split, Instant now) {

    ReleasePlan deployPrimary(ModelVersion version) {
      var former = split.primary();
      if (same(former, version)) {
        throw conflict("version %d is the primary already", version);
      }
      requireNoCanary();
      var next = split.primary(version).withoutShadowOf(version);
      return former == null
          ? plan(next, "version %d deployed".formatted(number(version)))
          : plan(
              next.fallback(former),
              "version %d deployed in place of version %d"
                  .formatted(number(version), number(former)));
    }

    ReleasePlan deployCanary(Deploy deploy) {
      var version = deploy.version();
      requireOtherPrimary(version);
      boolean sameCanary = same(split.canary(), version);
      if (!sameCanary) {
        requireNoCanary();
      }
      var since = sameCanary ? split.trial().map(Canary::since).orElse(now) : now;
      var trial = deploy.criteria().map(criteria -> new Canary(criteria, since));
      return plan(
          split.canary(version, deploy.percent(), trial, deploy.bandit()).withoutShadowOf(version),
          "version %d takes %d %% as a canary%s"
              .formatted(
                  number(version),
                  deploy.percent(),
                  deploy.bandit().isPresent() ? ", then what its rewards say" : ""));
    }

    ReleasePlan deployShadow(Deploy deploy) {
      var version = deploy.version();
      requireOtherPrimary(version);
      if (same(split.canary(), version)) {
        throw conflict("version %d is the canary already", version);
      }
      return plan(
          split.shadow(version, deploy.percent()),
          "version %d shadows %d %%".formatted(number(version), deploy.percent()));
    }

    ReleasePlan promoteCanary(String comment) {
      var canary = split.canary();
      var former = split.primary();
      if (canary == null) {
        throw new NoCanary(release).exception();
      }
      return plan(
          split.primary(canary).fallback(former).withoutCanary(), said("canary promoted", comment));
    }

    ReleasePlan rollBack(String comment) {
      var fallback = split.fallback();
      if (split.canary() != null) {
        return plan(split.withoutCanary(), said("canary rolled back", comment));
      }
      if (fallback == null) {
        throw new NoFallback(release).exception();
      }
      return plan(
          split.primary(fallback).fallback(null).withoutShadowOf(fallback),
          said("rolled back to version " + number(fallback), comment));
    }

    ReleasePlan adjust(int percent, String reason) {
      var canary = split.canary();
      if (canary == null || split.bandit().isEmpty()) {
        throw new ReleaseConflict(release, "no canary is split by its rewards").exception();
      }
      return plan(
          split.canary(canary, percent, split.trial(), split.bandit()),
          "version %d takes %d %%; %s".formatted(number(canary), percent, reason));
    }

    // A stop holds through every other change: only a resume ends it.
    ReleasePlan stop(String why) {
      if (split.primary() == null) {
        throw new ReleaseConflict(release, "nothing answers for it yet").exception();
      }
      if (split.stopped()) {
        throw new ReleaseConflict(release, "it is stopped already").exception();
      }
      return plan(split.stopped(true), said("stopped", why));
    }

    ReleasePlan resume(String comment) {
      if (!split.stopped()) {
        throw new ReleaseConflict(release, "it is not stopped").exception();
      }
      return plan(split.stopped(false), said("resumed", comment));
    }

    private void requireOtherPrimary(ModelVersion version) {
      if (split.primary() == null) {
        throw new ReleaseConflict(release, "there is no primary yet, deploy one first").exception();
      }
      if (same(split.primary(), version)) {
        throw conflict("version %d is the primary", version);
      }
    }

    private void requireNoCanary() {
      var canary = split.canary();
      if (canary != null) {
        throw conflict("version %d runs as a canary, promote it or roll it back first", canary);
      }
    }

    private RuntimeException conflict(String words, ModelVersion version) {
      return new ReleaseConflict(release, words.formatted(number(version))).exception();
    }

    private static ReleasePlan plan(Split next, String reason) {
      return new ReleasePlan(next.targets(), next.trial(), next.bandit(), next.stopped(), reason);
    }

    private static String said(String words, String comment) {
      return comment.isBlank() ? words : words + ": " + comment;
    }

    private static long number(ModelVersion version) {
      return version.name().number();
    }
  }

  private static boolean same(@Nullable ModelVersion one, ModelVersion other) {
    return one != null && one.name().equals(other.name());
  }
}
