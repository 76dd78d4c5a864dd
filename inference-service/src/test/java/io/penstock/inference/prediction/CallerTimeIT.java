package io.penstock.inference.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.inference.v1.ServedVersion;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Callers with little time, before a slow model with one runner.
class CallerTimeIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();
  private static final List<PredictionEvent> events = new CopyOnWriteArrayList<>();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.inference.lane.runners", 1)
          .with("penstock.inference.lane.max-batch-rows", 1)
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  @BeforeAll
  static void serve() throws InterruptedException {
    var version = registry.version("slow", 1, OnnxModels.slow(700));
    server.awaitRevision(registry.serve("slow", version).getRevision());
    service
        .bean(EventLog.class)
        .subscribe(
            Topics.PREDICTIONS,
            "test",
            batch -> {
              for (var stored : batch) {
                events.add(PredictionEvent.parseFrom(stored.event().payload()));
              }
            });
  }

  @Test
  void timeoutParameter_thatCannotBeKept_isRefusedOnArrivalOrInTheQueue() throws Exception {
    var busy = start(request());
    awaitBusy();
    assertThatThrownBy(
            () -> server.infer(request().putParameters("timeout", Requests.number(20_000))))
        .satisfiesAnyOf(
            Failures.with(Code.RESOURCE_EXHAUSTED, "CANNOT_MEET_DEADLINE"),
            Failures.with(
                Code.DEADLINE_EXCEEDED,
                "DEADLINE_PASSED",
                status -> assertThat(status.metadata()).containsEntry("phase", "in the queue")));
    busy.get();
  }

  @Test
  void cancelledCall_leavesTheQueue() throws Exception {
    var busy = start(request());
    awaitBusy();
    var second = start(request());
    var waiting =
        start(request().setId("cancelled").putParameters("timeout", Requests.number(30_000_000)));
    Eventually.become(SOON, () -> slow().getQueuedRows() == 2);
    waiting.cancel(true);
    Eventually.become(SOON, () -> slow().getQueuedRows() < 2);
    busy.get();
    second.get();
    Eventually.become(
        SOON,
        () ->
            events.stream()
                .anyMatch(
                    event ->
                        event.getRequestId().equals("cancelled")
                            && event.getErrorReason().equals("REQUEST_CANCELLED")));
  }

  // A request is in the runner's hands once it was taken in and no longer waits.
  private static void awaitBusy() throws InterruptedException {
    Thread.sleep(20);
    Eventually.become(SOON, () -> slow().getQueuedRows() == 0);
  }

  private static ServedVersion slow() {
    return server.status().getVersions(0);
  }

  private static Future<ModelInferResponse> start(ModelInferRequest.Builder request) {
    return GRPCInferenceServiceGrpc.newFutureStub(service.channel("app", "client"))
        .modelInfer(request.build());
  }

  private static ModelInferRequest.Builder request() {
    return Requests.features("slow", new float[1]);
  }
}
