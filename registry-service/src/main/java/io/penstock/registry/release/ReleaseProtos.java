package io.penstock.registry.release;

import com.google.protobuf.util.Durations;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.event.v1.CanaryVerdict;
import io.penstock.proto.event.v1.CriterionResult;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionProtos;
import java.util.Optional;
import java.util.stream.Collectors;

/// Releases on the wire.
final class ReleaseProtos {

  private static final long DEFAULT_MIN_REQUESTS = 200;
  private static final long DEFAULT_MIN_LABELS = 200;
  private static final double DEFAULT_MAX_ERROR_RATE_INCREASE = 0.01;
  private static final double DEFAULT_MAX_LATENCY_RATIO = 3;

  private ReleaseProtos() {}

  /// A deployment that is asked for, as far as the request tells.
  record Deployment(
      VersionName version,
      Variant variant,
      int percent,
      Optional<CanaryCriteria> criteria,
      Optional<Bandit> bandit) {}

  static Deployment fromProto(DeployVersionRequest request) {
    var version = VersionName.parse("version", request.getVersion());
    var model = Release.modelOf("name", request.getName());
    var variant = variant(request);
    var problems = new InvalidArguments();
    problems.addIf(
        !version.model().equals(model),
        "version",
        "was '%s', expected a version of models/%s".formatted(version, model));
    checkPercent(problems, variant, request.getPercent());
    problems.addIf(
        variant != Variant.CANARY && request.hasCanaryCriteria(),
        "canary_criteria",
        "was given for %s, expected for a canary only".formatted(variant));
    checkCriteria(problems, request.getCanaryCriteria());
    problems.addIf(
        variant != Variant.CANARY && request.hasBandit(),
        "bandit",
        "was given for %s, expected for a canary only".formatted(variant));
    BanditProtos.check(problems, request.getBandit());
    problems.throwIfAny();
    return new Deployment(
        version,
        variant,
        request.getPercent(),
        variant == Variant.CANARY
            ? Optional.of(criteria(request.getCanaryCriteria()))
            : Optional.empty(),
        request.hasBandit()
            ? Optional.of(BanditProtos.fromProto(request.getBandit()))
            : Optional.empty());
  }

  private static Variant variant(DeployVersionRequest request) {
    return switch (request.getVariant()) {
      case VARIANT_PRIMARY -> Variant.PRIMARY;
      case VARIANT_CANARY -> Variant.CANARY;
      case VARIANT_SHADOW -> Variant.SHADOW;
      case VARIANT_UNSPECIFIED, VARIANT_FALLBACK, UNRECOGNIZED ->
          throw InvalidArguments.of(
              "variant",
              "was %s, expected VARIANT_PRIMARY, VARIANT_CANARY or VARIANT_SHADOW"
                  .formatted(request.getVariant()));
    };
  }

  private static void checkPercent(InvalidArguments problems, Variant variant, int percent) {
    boolean right =
        switch (variant) {
          case PRIMARY, FALLBACK -> percent == 0 || percent == 100;
          case CANARY -> percent >= 1 && percent <= 99;
          case SHADOW -> percent >= 1 && percent <= 100;
        };
    var expected =
        switch (variant) {
          case PRIMARY, FALLBACK -> "none for a primary";
          case CANARY -> "1 to 99 for a canary";
          case SHADOW -> "1 to 100 for a shadow";
        };
    problems.addIf(!right, "percent", "was %d, expected %s".formatted(percent, expected));
  }

  private static void checkCriteria(
      InvalidArguments problems, io.penstock.proto.registry.v1.CanaryCriteria criteria) {
    notNegative(problems, "min_requests", criteria.getMinRequests());
    notNegative(problems, "min_labels", criteria.getMinLabels());
    notNegative(problems, "max_error_rate_increase", criteria.getMaxErrorRateIncrease());
    notNegative(problems, "max_latency_ratio", criteria.getMaxLatencyRatio());
    problems.addIf(
        !(Math.abs(criteria.getMinAucGain()) <= 1),
        "canary_criteria.min_auc_gain",
        "was %s, expected -1 to 1".formatted(criteria.getMinAucGain()));
    problems.addIf(
        criteria.hasTimeout()
            && (!Durations.isValid(criteria.getTimeout())
                || !Durations.isPositive(criteria.getTimeout())),
        "canary_criteria.timeout",
        "expected more than 0s");
  }

  private static void notNegative(InvalidArguments problems, String field, double value) {
    problems.addIf(
        !(value >= 0 && value < Double.POSITIVE_INFINITY),
        "canary_criteria." + field,
        "was %s, expected 0 or more".formatted(value));
  }

  /// The criteria with every default filled in.
  static CanaryCriteria criteria(io.penstock.proto.registry.v1.CanaryCriteria proto) {
    return new CanaryCriteria(
        proto.getMinRequests() == 0 ? DEFAULT_MIN_REQUESTS : proto.getMinRequests(),
        proto.getMinLabels() == 0 ? DEFAULT_MIN_LABELS : proto.getMinLabels(),
        proto.getMaxErrorRateIncrease() == 0
            ? DEFAULT_MAX_ERROR_RATE_INCREASE
            : proto.getMaxErrorRateIncrease(),
        proto.getMaxLatencyRatio() == 0 ? DEFAULT_MAX_LATENCY_RATIO : proto.getMaxLatencyRatio(),
        proto.getMinAucGain(),
        proto.hasTimeout() ? Optional.of(Times.duration(proto.getTimeout())) : Optional.empty(),
        proto.getAutomatic());
  }

  static io.penstock.proto.registry.v1.Release toProto(Release release) {
    var proto =
        io.penstock.proto.registry.v1.Release.newBuilder()
            .setName(release.name())
            .setRevision(release.revision())
            .addAllTargets(release.targets().stream().map(ReleaseProtos::toProto).toList())
            .setUpdateTime(Times.toProto(release.updateTime()))
            .setUpdatedBy(release.updatedBy())
            .setStopped(release.stopped())
            .setReason(release.reason());
    release.canary().ifPresent(canary -> proto.setCanaryCriteria(toProto(canary.criteria())));
    release.bandit().map(BanditProtos::toProto).ifPresent(proto::setBandit);
    return proto.build();
  }

  private static io.penstock.proto.registry.v1.TrafficTarget toProto(TrafficTarget target) {
    return io.penstock.proto.registry.v1.TrafficTarget.newBuilder()
        .setVersion(VersionProtos.toProto(target.version()))
        .setVariant(variantOf(target.variant()))
        .setPercent(target.percent())
        .build();
  }

  private static io.penstock.proto.event.v1.Variant variantOf(Variant variant) {
    return switch (variant) {
      case PRIMARY -> io.penstock.proto.event.v1.Variant.VARIANT_PRIMARY;
      case CANARY -> io.penstock.proto.event.v1.Variant.VARIANT_CANARY;
      case SHADOW -> io.penstock.proto.event.v1.Variant.VARIANT_SHADOW;
      case FALLBACK -> io.penstock.proto.event.v1.Variant.VARIANT_FALLBACK;
    };
  }

  private static io.penstock.proto.registry.v1.CanaryCriteria toProto(CanaryCriteria criteria) {
    var proto =
        io.penstock.proto.registry.v1.CanaryCriteria.newBuilder()
            .setMinRequests(criteria.minRequests())
            .setMinLabels(criteria.minLabels())
            .setMaxErrorRateIncrease(criteria.maxErrorRateIncrease())
            .setMaxLatencyRatio(criteria.maxLatencyRatio())
            .setMinAucGain(criteria.minAucGain())
            .setAutomatic(criteria.automatic());
    criteria.timeout().ifPresent(timeout -> proto.setTimeout(Times.toProto(timeout)));
    return proto.build();
  }

  static CanaryCriteria criteria(byte[] stored) {
    return criteria(
        StoredProtos.parse(io.penstock.proto.registry.v1.CanaryCriteria.parser(), stored));
  }

  /// The criteria as they are stored.
  static byte[] criteriaBytes(Canary canary) {
    return toProto(canary.criteria()).toByteArray();
  }

  static WatchReleasesResponse changed(Release release) {
    return WatchReleasesResponse.newBuilder()
        .setRelease(toProto(release))
        .setRevision(release.revision())
        .build();
  }

  static WatchReleasesResponse synced(long revision) {
    return WatchReleasesResponse.newBuilder().setRevision(revision).setSynced(true).build();
  }

  /// What a verdict rests on, in words: `auc canary 0.671, primary 0.612`.
  static String reason(CanaryVerdict verdict) {
    return verdict.getCriteriaList().stream()
        .map(ReleaseProtos::words)
        .collect(Collectors.joining("; "));
  }

  private static String words(CriterionResult result) {
    var words = (result.getCriterion() + " " + result.getDetail()).strip();
    return result.getMet() ? words : words + " (not met)";
  }
}
