package io.penstock.monitoring.canary;

import static io.penstock.monitoring.window.TimeProtos.instant;
import static io.penstock.monitoring.window.TimeProtos.timestamp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.kit.events.Event;
import io.penstock.monitoring.version.VersionName;
import io.penstock.proto.event.v1.CanaryVerdict;
import io.penstock.proto.event.v1.CriterionResult;
import io.penstock.proto.event.v1.TrafficAdvice;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.event.v1.VerdictOutcome;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.TrafficTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Canaries and verdicts on the wire.
final class CanaryProtos {

  // The defaults of the contract, for a registry that sends what it was given.
  private static final long DEFAULT_REQUESTS = 200;
  private static final long DEFAULT_LABELS = 200;
  private static final double DEFAULT_ERROR_RATE_INCREASE = 0.01;
  private static final double DEFAULT_LATENCY_RATIO = 3;

  private CanaryProtos() {}

  /// The canary of a release, if it has one.
  static Optional<RunningCanary> canary(Release release) {
    var canary = target(release, Variant.VARIANT_CANARY);
    var primary = target(release, Variant.VARIANT_PRIMARY);
    return canary.flatMap(version -> primary.map(other -> canary(release, version, other)));
  }

  private static RunningCanary canary(Release release, VersionName canary, VersionName primary) {
    return new RunningCanary(
        canary,
        primary,
        release.getRevision(),
        release.getRevision(),
        instant(release.getUpdateTime()),
        criteria(release.getCanaryCriteria()),
        percent(release),
        BanditProtos.fromProto(release));
  }

  private static int percent(Release release) {
    return release.getTargetsList().stream()
        .filter(target -> target.getVariant() == Variant.VARIANT_CANARY)
        .mapToInt(TrafficTarget::getPercent)
        .sum();
  }

  private static Optional<VersionName> target(Release release, Variant variant) {
    return release.getTargetsList().stream()
        .filter(target -> target.getVariant() == variant)
        .map(TrafficTarget::getVersion)
        .flatMap(version -> VersionName.find(version.getName()).stream())
        .findFirst();
  }

  static CanaryCriteria criteria(byte[] bytes) {
    try {
      return criteria(io.penstock.proto.registry.v1.CanaryCriteria.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored criteria are no CanaryCriteria", e);
    }
  }

  private static CanaryCriteria criteria(io.penstock.proto.registry.v1.CanaryCriteria criteria) {
    var timeout =
        Duration.ofSeconds(criteria.getTimeout().getSeconds(), criteria.getTimeout().getNanos());
    return new CanaryCriteria(
        criteria.getMinRequests() == 0 ? DEFAULT_REQUESTS : criteria.getMinRequests(),
        criteria.getMinLabels() == 0 ? DEFAULT_LABELS : criteria.getMinLabels(),
        orDefault(criteria.getMaxErrorRateIncrease(), DEFAULT_ERROR_RATE_INCREASE),
        orDefault(criteria.getMaxLatencyRatio(), DEFAULT_LATENCY_RATIO),
        criteria.getMinAucGain(),
        timeout.isPositive() ? Optional.of(timeout) : Optional.empty());
  }

  private static double orDefault(double value, double unset) {
    return value == 0 ? unset : value;
  }

  static byte[] toBytes(CanaryCriteria criteria) {
    var proto =
        io.penstock.proto.registry.v1.CanaryCriteria.newBuilder()
            .setMinRequests(criteria.minRequests())
            .setMinLabels(criteria.minLabels())
            .setMaxErrorRateIncrease(criteria.maxErrorRateIncrease())
            .setMaxLatencyRatio(criteria.maxLatencyRatio())
            .setMinAucGain(criteria.minAucGain());
    criteria
        .timeout()
        .ifPresent(
            timeout ->
                proto
                    .getTimeoutBuilder()
                    .setSeconds(timeout.getSeconds())
                    .setNanos(timeout.getNano()));
    return proto.build().toByteArray();
  }

  private static CanaryVerdict toProto(Verdict verdict) {
    var canary = verdict.canary();
    var proto =
        CanaryVerdict.newBuilder()
            .setVerdictId(verdict.id().toString())
            .setTime(timestamp(verdict.time()))
            .setModel(canary.model())
            .setCanaryVersion(canary.canary().version())
            .setPrimaryVersion(canary.primary().version())
            .setReleaseRevision(canary.revision())
            .setOutcome(outcome(verdict.decision().outcome()));
    verdict
        .decision()
        .criteria()
        .forEach(
            criterion ->
                proto.addCriteria(
                    CriterionResult.newBuilder()
                        .setCriterion(criterion.name())
                        .setMet(criterion.standing() == Criterion.Standing.MET)
                        .setDetail(criterion.detail())));
    return proto.build();
  }

  private static VerdictOutcome outcome(CanaryDecision.Outcome outcome) {
    return switch (outcome) {
      case PROMOTE -> VerdictOutcome.VERDICT_OUTCOME_PROMOTE;
      case ROLL_BACK -> VerdictOutcome.VERDICT_OUTCOME_ROLL_BACK;
      case WAIT -> VerdictOutcome.VERDICT_OUTCOME_UNSPECIFIED;
    };
  }

  /// The event with the verdict's own id, by which a consumer takes it once.
  static Event toEvent(Verdict verdict) {
    return new Event(
        verdict.id().toString(),
        CanaryVerdict.getDescriptor().getFullName(),
        "penstock/monitoring",
        "releases/" + verdict.canary().model(),
        verdict.time(),
        toProto(verdict).toByteArray(),
        Map.of());
  }

  static Event toEvent(RunningCanary canary, ThompsonSplit split, Instant time) {
    var id = UUID.randomUUID().toString();
    var advice =
        TrafficAdvice.newBuilder()
            .setAdviceId(id)
            .setTime(timestamp(time))
            .setModel(canary.model())
            .setCanaryVersion(canary.canary().version())
            .setPrimaryVersion(canary.primary().version())
            .setReleaseRevision(canary.revision())
            .setCanaryPercent(split.percent())
            .setReason(split.reason());
    return new Event(
        id,
        TrafficAdvice.getDescriptor().getFullName(),
        "penstock/monitoring",
        "releases/" + canary.model(),
        time,
        advice.build().toByteArray(),
        Map.of());
  }

  static CanaryVerdict verdict(byte[] bytes) {
    try {
      return CanaryVerdict.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored verdict is no CanaryVerdict", e);
    }
  }
}
