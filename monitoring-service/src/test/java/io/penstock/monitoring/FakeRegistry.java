package io.penstock.monitoring;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A registry over real gRPC that knows what a test tells it.
public final class FakeRegistry implements BeforeAllCallback, AfterAllCallback {

  private final Map<String, ModelVersion> versions = new ConcurrentHashMap<>();
  private final Map<String, Release> releases = new ConcurrentHashMap<>();
  private final List<StreamObserver<WatchReleasesResponse>> watchers = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private @Nullable Server server;
  private int port;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    stop();
  }

  /// Starts, the second time on the port of the first.
  public void start() throws IOException {
    var started =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .addService(new Models())
            .addService(new Releases())
            .build()
            .start();
    port = started.getPort();
    server = started;
  }

  public void stop() throws InterruptedException {
    if (server != null) {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    watchers.clear();
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public void put(ModelVersion version) {
    versions.put(version.getName(), version);
  }

  public void release(Release release) {
    releases.put(release.getName(), release);
    watchers.forEach(watcher -> watcher.onNext(response(release)));
  }

  /// How often versions were asked for.
  public int asked() {
    return asked.get();
  }

  private static WatchReleasesResponse response(Release release) {
    return WatchReleasesResponse.newBuilder()
        .setRelease(release)
        .setRevision(release.getRevision())
        .build();
  }

  private final class Models extends ModelServiceGrpc.ModelServiceImplBase {
    @Override
    public void getModelVersion(GetModelVersionRequest request, StreamObserver<ModelVersion> out) {
      asked.incrementAndGet();
      var version = versions.get(request.getName());
      if (version == null) {
        out.onError(Status.NOT_FOUND.asRuntimeException());
      } else {
        out.onNext(version);
        out.onCompleted();
      }
    }
  }

  private final class Releases extends ReleaseServiceGrpc.ReleaseServiceImplBase {
    @Override
    public void watchReleases(
        WatchReleasesRequest request, StreamObserver<WatchReleasesResponse> out) {
      releases.values().stream()
          .filter(release -> release.getRevision() > request.getAfterRevision())
          .forEach(release -> out.onNext(response(release)));
      out.onNext(WatchReleasesResponse.newBuilder().setSynced(true).build());
      watchers.add(out);
    }
  }
}
