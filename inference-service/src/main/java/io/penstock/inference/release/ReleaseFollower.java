package io.penstock.inference.release;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.grpc.Peers;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens to the registry, for as long as the service runs. A stream that breaks is resumed after
/// the last revision heard; what is served does not change by that.
@Singleton
public final class ReleaseFollower implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReleaseFollower.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final Peers peers;
  private final Rollouts rollouts;
  private final ReleaseSources sources;
  private final DesiredReleases desired;
  private final Context.CancellableContext listening = Context.ROOT.withCancellation();
  private volatile boolean following;
  private @Nullable BackgroundLoop loop;

  ReleaseFollower(Peers peers, Rollouts rollouts, ReleaseSources sources, ReleaseArchive archive) {
    this.peers = peers;
    this.rollouts = rollouts;
    this.sources = sources;
    this.desired = new DesiredReleases(archive.load());
  }

  /// Whether the registry is being heard now.
  public boolean isFollowing() {
    return following;
  }

  @EventListener
  void on(ServiceStarted started) {
    if (sources.has(ReleaseSource.REGISTRY)) {
      begin();
    }
  }

  private void begin() {
    if (!desired.releases().isEmpty()) {
      log.info("Beginning with the releases of the last run: {}", desired.releases().keySet());
      rollouts.want(ReleaseSource.REGISTRY, desired.releases());
    }
    loop = BackgroundLoop.start("release follower", BACKOFF, this::listen);
  }

  @EventListener
  void on(ServiceStopping stopping) {
    close();
  }

  private Duration listen() throws Exception {
    try {
      listening.call(this::followStream);
      throw new IllegalStateException("the registry ended the stream");
    } catch (StatusRuntimeException e) {
      if (listening.isCancelled()) {
        return Duration.ZERO;
      }
      throw e;
    } finally {
      following = false;
    }
  }

  private boolean followStream() {
    var registry = peers.channel("registry");
    // This loop has a backoff of its own; the channel's goes up to minutes.
    registry.resetConnectBackoff();
    var messages =
        ReleaseServiceGrpc.newBlockingStub(registry)
            .watchReleases(
                WatchReleasesRequest.newBuilder().setAfterRevision(desired.resume()).build());
    while (messages.hasNext()) {
      hear(messages.next());
    }
    return true;
  }

  private void hear(WatchReleasesResponse message) {
    var release =
        message.hasRelease()
            ? Optional.of(ReleaseProtos.fromProto(message.getRelease()))
            : Optional.<WantedRelease>empty();
    var heard = new DesiredReleases.Message(release, message.getRevision(), message.getSynced());
    if (desired.take(heard)) {
      rollouts.want(ReleaseSource.REGISTRY, desired.releases());
    }
    if (message.getSynced()) {
      following = true;
    }
  }

  @Override
  @PreDestroy
  public void close() {
    listening.cancel(null);
    if (loop != null) {
      loop.close();
    }
  }
}
