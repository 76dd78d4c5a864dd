package io.penstock.inference.release;

import static io.penstock.inference.fixture.TestRegistry.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Releases as they change under a running service.
class RolloutIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.inference.breaker.window", 10)
          .with("penstock.inference.breaker.minimum-calls", 4)
          .with("penstock.inference.breaker.open-for", "60s")
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  @Test
  void swap_underLoad_failsNoRequest() throws Exception {
    server.awaitRevision(registry.serve("swap", logistic("swap", 1)).getRevision());
    var stop = new AtomicBoolean();
    try (var clients = Executors.newFixedThreadPool(4)) {
      var versions = List.of(load(clients, stop), load(clients, stop), load(clients, stop));
      for (int number = 2; number <= 6; number++) {
        server.awaitRevision(registry.serve("swap", logistic("swap", number)).getRevision());
      }
      stop.set(true);
      for (var seen : versions) {
        assertThat(seen.get()).as("no call failed, and the versions changed").contains("1", "6");
      }
    }
    Eventually.become(
        SOON,
        () ->
            server.status().getVersionsList().stream()
                    .filter(version -> version.getVersion().startsWith("models/swap/"))
                    .count()
                == 1);
  }

  private static Future<Set<String>> load(ExecutorService clients, AtomicBoolean stop) {
    return clients.submit(
        () -> {
          var seen = new HashSet<String>();
          var stub = server.stub();
          while (!stop.get()) {
            seen.add(stub.modelInfer(features("swap").build()).getModelVersion());
          }
          seen.add(stub.modelInfer(features("swap").build()).getModelVersion());
          return seen;
        });
  }

  @Test
  void versionThatCannotBeLoaded_leavesTheOldServing() throws Exception {
    var first = logistic("broken", 1);
    server.awaitRevision(registry.serve("broken", first).getRevision());
    var second = registry.version("broken", 2, TestOnnx.logistic(9, 1, 2));
    registry.corrupt(second);
    registry.release(
        "broken",
        target(second, Variant.VARIANT_PRIMARY, 100),
        target(first, Variant.VARIANT_FALLBACK, 0));
    server.awaitVersion(
        version ->
            version.getVersion().equals("models/broken/versions/2")
                && version.getState() == LoadState.LOAD_STATE_FAILED
                && version.getReason().contains("digest"));
    assertThat(server.infer(features("broken")).getModelVersion()).isEqualTo("1");
  }

  @Test
  void canary_getsItsShare_andTheSameKeyAlwaysTheSame() throws Exception {
    var revision =
        registry.release(
            "split",
            target(logistic("split", 1), Variant.VARIANT_PRIMARY, 80),
            target(logistic("split", 2), Variant.VARIANT_CANARY, 20));
    server.awaitRevision(revision.getRevision());
    int canary = 0;
    for (int i = 0; i < 500; i++) {
      var first = server.infer(keyed("split", "user-" + i));
      canary += first.getModelVersion().equals("2") ? 1 : 0;
      if (i % 10 == 0) {
        assertThat(server.infer(keyed("split", "user-" + i)).getModelVersion())
            .isEqualTo(first.getModelVersion());
      }
      assertThat(variant(first))
          .isEqualTo(first.getModelVersion().equals("2") ? "canary" : "primary");
    }
    assertThat(canary / 500.0).isCloseTo(0.2, within(0.06));
  }

  @Test
  void shadow_getsCopies_thatNobodySeesButTheEvents() throws Exception {
    var events = new CopyOnWriteArrayList<PredictionEvent>();
    service
        .bean(EventLog.class)
        .subscribe(
            Topics.PREDICTIONS,
            "shadow-test",
            batch -> {
              for (var stored : batch) {
                events.add(PredictionEvent.parseFrom(stored.event().payload()));
              }
            });
    var release =
        registry.release(
            "shadowed",
            target(logistic("shadowed", 1), Variant.VARIANT_PRIMARY, 100),
            target(logistic("shadowed", 2), Variant.VARIANT_SHADOW, 100));
    server.awaitRevision(release.getRevision());
    for (int i = 0; i < 5; i++) {
      assertThat(server.infer(features("shadowed")).getModelVersion()).isEqualTo("1");
    }
    Eventually.become(SOON, () -> of(events, Variant.VARIANT_SHADOW).size() == 5);
    Eventually.become(SOON, () -> of(events, Variant.VARIANT_PRIMARY).size() == 5);
    assertThat(of(events, Variant.VARIANT_SHADOW))
        .allMatch(event -> event.getVersion().equals("2") && event.getOutputsCount() == 1);
  }

  private static List<PredictionEvent> of(List<PredictionEvent> events, Variant variant) {
    return events.stream()
        .filter(event -> event.getModel().equals("shadowed") && event.getVariant() == variant)
        .toList();
  }

  @Test
  void stop_silencesEveryVersionAtOnce_untilItIsResumed() throws Exception {
    var release =
        registry.release(
            "stopped",
            target(logistic("stopped", 1), Variant.VARIANT_PRIMARY, 100),
            target(logistic("stopped", 2), Variant.VARIANT_FALLBACK, 0));
    server.awaitRevision(release.getRevision());
    assertThat(server.infer(features("stopped")).getModelVersion()).isEqualTo("1");

    server.awaitRevision(registry.stop("stopped", true).getRevision());
    for (var version : List.of("", "1", "2")) {
      assertThatThrownBy(() -> server.infer(features("stopped").setModelVersion(version)))
          .satisfies(Failures.with(Code.FAILED_PRECONDITION, "MODEL_STOPPED"));
    }

    server.awaitRevision(registry.stop("stopped", false).getRevision());
    assertThat(server.infer(features("stopped")).getModelVersion()).isEqualTo("1");
  }

  @Test
  void aVersionWithAConfigurationThatMakesNoSense_isLeftOut() throws Exception {
    var odd =
        logistic("odd", 2).toBuilder()
            .setConfig(ModelConfig.newBuilder().setMaxBatchSize(-3))
            .build();
    var release =
        registry.release(
            "odd",
            target(logistic("odd", 1), Variant.VARIANT_PRIMARY, 1),
            target(odd, Variant.VARIANT_CANARY, 99));
    server.awaitRevision(release.getRevision());
    for (int i = 0; i < 10; i++) {
      assertThat(server.infer(features("odd")).getModelVersion()).isEqualTo("1");
    }
  }

  @Test
  void breaker_opensOnFailures_andTheFallbackAnswers() throws Exception {
    var good = registry.version("fragile", 1, OnnxModels.lookup(10));
    var bad = registry.version("fragile", 2, OnnxModels.failing());
    var release =
        registry.release(
            "fragile",
            target(bad, Variant.VARIANT_PRIMARY, 100),
            target(good, Variant.VARIANT_FALLBACK, 0));
    server.awaitRevision(release.getRevision());
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> server.infer(index("fragile", 5)))
          .satisfies(Failures.with(Code.INTERNAL, "MODEL_FAILED"));
    }
    // The answer leaves before the breaker hears of it.
    server.awaitVersion(version -> version.getBreaker().equals("OPEN"));
    var answer = server.infer(index("fragile", 5));
    assertThat(answer.getModelVersion()).isEqualTo("1");
    assertThat(variant(answer)).isEqualTo("fallback");
    assertThatThrownBy(() -> server.infer(index("fragile", 5).setModelVersion("2")))
        .satisfies(
            Failures.with(
                Code.UNAVAILABLE,
                "BREAKER_OPEN",
                status -> assertThat(status.retryAfter()).isEqualTo(Duration.ofSeconds(60))));
  }

  @Test
  void callersMistakes_leaveTheBreakerClosed() throws Exception {
    server.awaitRevision(registry.serve("patient", logistic("patient", 1)).getRevision());
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> server.infer(Requests.features("patient", new float[] {1})))
          .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    }
    assertThat(server.infer(features("patient")).getModelVersion()).isEqualTo("1");
  }

  private static ModelVersion logistic(String model, int number) {
    return registry.version(model, number, TestOnnx.logistic(number, 1, 2));
  }

  private static ModelInferRequest.Builder features(String model) {
    return Requests.features(model, new float[] {1, 2});
  }

  private static ModelInferRequest.Builder keyed(String model, String key) {
    return features(model).putParameters("routing_key", Requests.text(key));
  }

  private static ModelInferRequest.Builder index(String model, int value) {
    var name = "index";
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(Requests.input(name, "INT64", 1))
        .addRawInputContents(ByteString.copyFrom(new byte[] {(byte) value, 0, 0, 0, 0, 0, 0, 0}));
  }

  private static String variant(ModelInferResponse response) {
    return response.getParametersOrThrow("variant").getStringParam();
  }
}
