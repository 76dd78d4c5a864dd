package io.penstock.registry.release;

import io.penstock.registry.RegistryFailure.NoCanary;
import io.penstock.registry.RegistryFailure.NoFallback;
import io.penstock.registry.RegistryFailure.ReleaseConflict;
import io.penstock.registry.release.ReleaseCommand.Deploy;
import io.penstock.registry.release.ReleaseCommand.PromoteCanary;
import io.penstock.registry.release.ReleaseCommand.RollBack;
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
record ReleasePlan(List<TrafficTarget> targets, Optional<Canary> canary, String reason) {

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
    };
  }

  /// Who plays which part.
  private record Split(
      @Nullable ModelVersion primary,
      @Nullable ModelVersion canary,
      int canaryPercent,
      @Nullable ModelVersion shadow,
      int shadowPercent,
      @Nullable ModelVersion fallback,
      Optional<Canary> trial) {

    static Split of(@Nullable Release release) {
      var split = new Split(null, null, 0, null, 0, null, Optional.empty());
      if (release == null) {
        return split;
      }
      for (var target : release.targets()) {
        split =
            switch (target.variant()) {
              case PRIMARY -> split.primary(target.version());
              case CANARY -> split.canary(target.version(), target.percent(), release.canary());
              case SHADOW -> split.shadow(target.version(), target.percent());
              case FALLBACK -> split.fallback(target.version());
            };
      }
      return split;
    }

    Split primary(ModelVersion version) {
      return new Split(version, canary, canaryPercent, shadow, shadowPercent, fallback, trial);
    }

    Split canary(ModelVersion version, int percent, Optional<Canary> newTrial) {
      return new Split(primary, version, percent, shadow, shadowPercent, fallback, newTrial);
    }

    Split withoutCanary() {
      return new Split(primary, null, 0, shadow, shadowPercent, fallback, Optional.empty());
    }

    Split shadow(ModelVersion version, int percent) {
      return new Split(primary, canary, canaryPercent, version, percent, fallback, trial);
    }

    Split fallback(@Nullable ModelVersion version) {
      return new Split(primary, canary, canaryPercent, shadow, shadowPercent, version, trial);
    }

    /// A version that answers openly has no use for a shadow of itself.
    Split withoutShadowOf(ModelVersion version) {
      return same(shadow, version)
          ? new Split(primary, canary, canaryPercent, null, 0, fallback, trial)
          : this;
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
          split.canary(version, deploy.percent(), trial).withoutShadowOf(version),
          "version %d takes %d %% as a canary".formatted(number(version), deploy.percent()));
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
      return new ReleasePlan(next.targets(), next.trial(), reason);
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
