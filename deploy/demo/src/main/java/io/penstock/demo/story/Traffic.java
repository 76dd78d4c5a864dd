package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;
import static io.penstock.demo.suite.Person.OPERATOR;

import io.penstock.demo.suite.Refusal;
import io.penstock.demo.terminal.Terminal;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.inference.v1.GetServingStatusRequest;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.inference.v1.ServedVersion;
import io.penstock.proto.inference.v1.ServingStatus;
import io.penstock.proto.inference.v1.ServingStatusServiceGrpc;
import io.penstock.proto.inference.v1.ServingStatusServiceGrpc.ServingStatusServiceBlockingStub;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc.ReleaseServiceBlockingStub;
import io.penstock.proto.registry.v1.RollBackReleaseRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which version serves which share, and whether the inference servers have followed.
final class Traffic {

  private static final Duration TO_FOLLOW = Duration.ofSeconds(60);

  private final Story story;
  private final Terminal terminal;
  private final CanaryPlan plan;
  private final ReleaseServiceBlockingStub releases;
  private final ServingStatusServiceBlockingStub serving;

  Traffic(Story story, CanaryPlan plan) {
    this.story = story;
    this.terminal = story.terminal();
    this.plan = plan;
    this.releases = story.suite().as(ADA, ReleaseServiceGrpc::newBlockingStub);
    this.serving = story.suite().as(OPERATOR, ServingStatusServiceGrpc::newBlockingStub);
  }

  /// Puts the release where the story begins, whatever an earlier run left.
  void startFrom(ModelVersion baseline) {
    Optional<Release> release = release();
    if (release.filter(r -> serves(r, Variant.VARIANT_CANARY).isPresent()).isPresent()) {
      releases.rollBackRelease(
          RollBackReleaseRequest.newBuilder()
              .setName(FlightDelay.RELEASE)
              .setComment("the demo starts again")
              .build());
    }
    boolean isPrimary =
        release
            .flatMap(r -> serves(r, Variant.VARIANT_PRIMARY))
            .filter(baseline.getName()::equals)
            .isPresent();
    if (!isPrimary) {
      releases.deployVersion(deploy(baseline, Variant.VARIANT_PRIMARY).build());
    }
  }

  Canary startCanary(ModelVersion candidate, ModelVersion baseline) {
    Release release =
        releases.deployVersion(
            deploy(candidate, Variant.VARIANT_CANARY)
                .setPercent(CanaryPlan.PERCENT)
                .setCanaryCriteria(plan.criteria())
                .build());
    terminal.status("waiting for the inference server to load " + candidate.getName());
    ServingStatus status =
        story
            .patience()
            .await("inference-service to serve the canary", TO_FOLLOW, () -> followed(release));
    terminal.passed(
        "%s is a canary with %d %% of the traffic; loaded and warm on %s"
            .formatted(candidate.getName(), CanaryPlan.PERCENT, status.getDevice()));
    return new Canary(release, candidate.getName(), baseline.getName());
  }

  private Optional<ServingStatus> followed(Release release) {
    ServingStatus status = serving.getServingStatus(GetServingStatusRequest.getDefaultInstance());
    List<String> wanted =
        release.getTargetsList().stream().map(target -> target.getVersion().getName()).toList();
    long ready =
        status.getVersionsList().stream()
            .filter(version -> version.getState() == LoadState.LOAD_STATE_SERVING)
            .map(ServedVersion::getVersion)
            .filter(wanted::contains)
            .distinct()
            .count();
    return status.getAppliedRevision() >= release.getRevision() && ready == wanted.size()
        ? Optional.of(status)
        : Optional.empty();
  }

  private Optional<Release> release() {
    return Refusal.orAbsent(
        () ->
            releases.getRelease(
                GetReleaseRequest.newBuilder().setName(FlightDelay.RELEASE).build()));
  }

  /// Name of the version in this part of the split.
  static Optional<String> serves(Release release, Variant variant) {
    return release.getTargetsList().stream()
        .filter(target -> target.getVariant() == variant)
        .map(target -> target.getVersion().getName())
        .findFirst();
  }

  private static DeployVersionRequest.Builder deploy(ModelVersion version, Variant variant) {
    return DeployVersionRequest.newBuilder()
        .setName(FlightDelay.RELEASE)
        .setVersion(version.getName())
        .setVariant(variant);
  }
}
