package io.penstock.registry;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc.FeatureViewServiceImplBase;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.feature.v1.ValueType;
import io.penstock.proto.governance.v1.AccessServiceGrpc.AccessServiceImplBase;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.CriterionDecision;
import io.penstock.proto.governance.v1.EvaluateGateRequest;
import io.penstock.proto.governance.v1.GateDecision;
import io.penstock.proto.governance.v1.GateServiceGrpc.GateServiceImplBase;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Governance and feature-service as far as the registry asks them, over real gRPC: a gate that
/// answers as told and remembers what it was asked, and a few feature views.
///
/// Registered as an extension of a fixture that several classes share, it closes after each of them
/// and starts again for the next that asks for its address.
public final class FakePeers implements AfterAllCallback, AutoCloseable {

  private final List<EvaluateGateRequest> asked = new CopyOnWriteArrayList<>();
  private final Map<String, FeatureView> views = new ConcurrentHashMap<>();
  private @Nullable Server server;
  private volatile @Nullable String unmet;
  private volatile @Nullable Status failure;
  private volatile Runnable beforeAnswer = () -> {};

  private FakePeers() {}

  public static FakePeers start() {
    var peers = new FakePeers();
    var _ = peers.address();
    return peers;
  }

  public synchronized String address() {
    var running = server == null ? server = newServer() : server;
    return "127.0.0.1:" + running.getPort();
  }

  /// A registry that asks these, with its files in the directory.
  public ServiceExtension registry(Supplier<Path> directory) {
    return ServiceExtension.of("registry")
        .with("penstock.artifacts.directory", () -> directory.get().toString())
        .with("penstock.calls.attempts", 1)
        .with("penstock.peers.governance", this::address)
        .with("penstock.peers.feature", this::address);
  }

  private Server newServer() {
    try {
      return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
          .addService(new FakeGates())
          .addService(new FakeViews())
          .addService(new SilentAccess())
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public FakePeers pass() {
    unmet = null;
    failure = null;
    beforeAnswer = () -> {};
    return this;
  }

  public void refuse(String criterion) {
    pass();
    unmet = criterion;
  }

  public void fail(Status status) {
    failure = status;
  }

  /// Runs while the registry waits for the gate.
  public void beforeAnswer(Runnable action) {
    beforeAnswer = action;
  }

  public EvaluateGateRequest lastAsked() {
    return asked.getLast();
  }

  public int timesAsked() {
    return asked.size();
  }

  public void addView(String name, Map<String, ValueType> features) {
    var view = FeatureView.newBuilder().setName(name);
    features.forEach(
        (feature, type) ->
            view.addFeatures(FeatureSpec.newBuilder().setName(feature).setType(type)));
    views.put(name, view.build());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.shutdownNow();
      server = null;
    }
  }

  private final class FakeGates extends GateServiceImplBase {
    @Override
    public void evaluateGate(EvaluateGateRequest request, StreamObserver<GateDecision> responses) {
      asked.add(request);
      beforeAnswer.run();
      var status = failure;
      if (status != null) {
        responses.onError(status.asRuntimeException());
        return;
      }
      responses.onNext(decide(request));
      responses.onCompleted();
    }

    private GateDecision decide(EvaluateGateRequest request) {
      var decision =
          GateDecision.newBuilder()
              .setName("gateDecisions/" + asked.size())
              .setPolicy(request.getPolicy())
              .setPassed(unmet == null)
              .addCriteria(CriterionDecision.newBuilder().setId("has_metrics").setMet(true));
      var criterion = unmet;
      if (criterion != null) {
        decision.addCriteria(
            CriterionDecision.newBuilder()
                .setId(criterion)
                .setDescription("what must hold")
                .setDetail("and why it does not"));
      }
      return decision.build();
    }
  }

  /// Has nothing to tell about roles and bindings, so those of the contract stay.
  private static final class SilentAccess extends AccessServiceImplBase {
    @Override
    public void watchAccess(WatchAccessRequest request, StreamObserver<AccessState> responses) {}
  }

  private final class FakeViews extends FeatureViewServiceImplBase {
    @Override
    public void getFeatureView(
        GetFeatureViewRequest request, StreamObserver<FeatureView> responses) {
      var view = views.get(request.getName());
      if (view == null) {
        responses.onError(Status.NOT_FOUND.asRuntimeException());
        return;
      }
      responses.onNext(view);
      responses.onCompleted();
    }
  }
}
