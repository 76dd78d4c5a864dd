package io.penstock.e2e.audit;

import io.grpc.StatusRuntimeException;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Somebody who changes things all the time, as often as the gateway lets one caller, and remembers
/// what was acknowledged.
final class Changes implements AutoCloseable {

  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(40);

  private final RunningSuite suite;
  private final Client ada;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Queue<StatusRuntimeException> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Thread worker;
  private volatile boolean enough;

  private Changes(RunningSuite suite) {
    this.suite = suite;
    this.ada = suite.as("ada", "data-scientist");
    this.worker = Thread.ofPlatform().name("changes").unstarted(this::work);
  }

  static Changes begin(RunningSuite suite) {
    Changes changes = new Changes(suite);
    changes.worker.start();
    return changes;
  }

  private void work() {
    while (!enough) {
      try {
        acknowledged.add(asked.incrementAndGet() % 2 == 0 ? experiment() : model());
      } catch (StatusRuntimeException refused) {
        refusals.add(refused);
      }
      LockSupport.parkNanos(BETWEEN_CHANGES.toNanos());
    }
  }

  private String experiment() {
    return ada.grpc(ExperimentServiceGrpc::newBlockingStub)
        .createExperiment(
            CreateExperimentRequest.newBuilder()
                .setExperimentId(suite.newName("under-fire"))
                .build())
        .getName();
  }

  private String model() {
    return ada.grpc(ModelServiceGrpc::newBlockingStub)
        .createModel(
            CreateModelRequest.newBuilder().setModelId(suite.newName("under-fire")).build())
        .getName();
  }

  /// The resources whose creation the suite has confirmed.
  Set<String> acknowledged() {
    return acknowledged;
  }

  Queue<StatusRuntimeException> refusals() {
    return refusals;
  }

  /// Lets the last change come to its end.
  @Override
  public void close() throws InterruptedException {
    enough = true;
    worker.join();
  }
}
