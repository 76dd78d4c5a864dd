package io.penstock.monitoring.canary;

import io.grpc.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.grpc.Peers;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.monitoring.version.BaselineConfig;
import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.version.RegistrationProtos;
import io.penstock.monitoring.version.VersionName;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Follows the registry's releases: which canaries run, and the baselines of all versions that
/// serve, learned before their first prediction comes.
@Singleton
final class ReleaseFollower {

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final Duration RECONNECT = Duration.ofMillis(100);

  private final Peers peers;
  private final CanaryRepository canaries;
  private final MonitoredVersions versions;
  private final BaselineConfig config;
  private volatile Context.@Nullable CancellableContext watching;
  private @Nullable BackgroundLoop loop;
  private long seenRevision;

  ReleaseFollower(
      Peers peers, CanaryRepository canaries, MonitoredVersions versions, BaselineConfig config) {
    this.peers = peers;
    this.canaries = canaries;
    this.versions = versions;
    this.config = config;
  }

  @EventListener
  void started(ServiceStarted event) {
    loop = BackgroundLoop.start("releases of the registry", BACKOFF, this::follow);
  }

  @EventListener
  void stopping(ServiceStopping event) {
    var context = watching;
    if (context != null) {
      context.cancel(null);
    }
    if (loop != null) {
      loop.close();
    }
  }

  // One stream from where the last one broke off to where it breaks off itself.
  private Duration follow() throws Exception {
    try (var context = Context.ROOT.withCancellation()) {
      watching = context;
      var request = WatchReleasesRequest.newBuilder().setAfterRevision(seenRevision).build();
      context.run(
          () ->
              ReleaseServiceGrpc.newBlockingStub(peers.channel("registry"))
                  .watchReleases(request)
                  .forEachRemaining(this::take));
    } finally {
      watching = null;
    }
    return RECONNECT;
  }

  private void take(WatchReleasesResponse response) {
    if (response.hasRelease()) {
      take(response.getRelease());
    }
    seenRevision = Math.max(seenRevision, response.getRevision());
  }

  private void take(Release release) {
    for (var target : release.getTargetsList()) {
      VersionName.find(target.getVersion().getName())
          .ifPresent(
              name ->
                  versions.announced(
                      name, RegistrationProtos.fromProto(target.getVersion(), config.aucMetric())));
    }
    CanaryProtos.canary(release)
        .ifPresentOrElse(
            canaries::follow,
            () ->
                canaries.end(
                    release.getName().substring("releases/".length()), release.getRevision()));
  }
}
