package io.penstock.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelParameter;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models that misbehave in a real service, each with a fallback, beside one that behaves and is
/// asked all the time: it must never fail, and never wait for them.
class FaultsIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration RUN_TIMEOUT = Duration.ofMillis(700);

  @TempDir static Path cache;

  private static final TestRegistry registry = new TestRegistry();
  private static ServiceExtension service;
  private static InferenceServer server;

  private Neighbour neighbour;

  @BeforeAll
  static void begin() throws Exception {
    service =
        InferenceServer.extension(registry, cache)
            .with("penstock.inference.lane.run-timeout", RUN_TIMEOUT.toMillis() + "ms")
            .with("penstock.inference.breaker.minimum-calls", 3)
            .with("penstock.inference.breaker.window", 5)
            .with("penstock.inference.breaker.open-for", "60s");
    registry.serve("neighbour", registry.version("neighbour", 1, TestOnnx.logistic(0, 1, 2)));
    service.begin();
    server = InferenceServer.of(service);
    server.awaitModel("neighbour");
  }

  @AfterAll
  static void stop() throws InterruptedException {
    service.stop();
    registry.stop();
  }

  @BeforeEach
  void askTheNeighbour() {
    neighbour = new Neighbour();
  }

  @AfterEach
  void neighbourIsWell() throws InterruptedException {
    neighbour.stop();
    assertThat(neighbour.failures.get()).isZero();
    assertThat(neighbour.answers.get()).isPositive();
    // It takes a millisecond. On a loaded machine, too, it must not wait as long as a bad run.
    assertThat(Duration.ofNanos(neighbour.longest.get())).isLessThan(RUN_TIMEOUT);
  }

  /// Asks the model that behaves, again and again.
  private static final class Neighbour {
    final AtomicInteger answers = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicLong longest = new AtomicLong();
    final AtomicBoolean stopped = new AtomicBoolean();
    final Thread thread = Thread.ofPlatform().start(this::ask);

    private void ask() {
      while (!stopped.get()) {
        long started = System.nanoTime();
        try {
          server.infer(Requests.features("neighbour", new float[] {1, 2}));
          answers.incrementAndGet();
        } catch (StatusRuntimeException e) {
          failures.incrementAndGet();
        }
        longest.accumulateAndGet(System.nanoTime() - started, Math::max);
        pause();
      }
    }

    private static void pause() {
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void stop() throws InterruptedException {
      stopped.set(true);
      thread.join();
    }
  }

  private static void serve(String model, byte[] onnx, boolean isolated) throws Exception {
    var bad = registry.version(model, 1, onnx);
    if (isolated) {
      bad = isolated(bad);
    }
    // A scalar or a row: the fallback takes what the bad model takes.
    var good = registry.version(model, 2, TestOnnx.logistic(0, 1));
    registry.release(
        model,
        TestRegistry.target(bad, Variant.VARIANT_PRIMARY, 100),
        TestRegistry.target(good, Variant.VARIANT_FALLBACK, 0));
    server.awaitModel(model);
    Eventually.become(
        SOON,
        () ->
            server.status().getVersionsList().stream()
                    .filter(v -> v.getVersion().startsWith("models/" + model + "/"))
                    .count()
                == 2);
  }

  private static ModelVersion isolated(ModelVersion version) {
    return version.toBuilder()
        .setConfig(
            ModelConfig.newBuilder()
                .putParameters(
                    "isolated", ModelParameter.newBuilder().setStringValue("true").build()))
        .build();
  }

  private static ModelInferResponse ask(String model, float value) {
    return server.infer(Requests.features(model, new float[] {value}));
  }

  private static String reason(StatusRuntimeException failed) {
    return FailureStatus.from(failed).map(FailureStatus::reason).orElse("");
  }

  private static void failUntilTheBreakerOpens(String model, float value, String reason)
      throws InterruptedException {
    Eventually.become(
        SOON,
        () -> {
          try {
            return ask(model, value).getModelVersion().equals("2");
          } catch (StatusRuntimeException e) {
            assertThat(reason(e)).isEqualTo(reason);
            return false;
          }
        });
    assertThat(breaker(model)).isEqualTo("OPEN");
    assertThat(metrics())
        .containsPattern(
            "penstock_inference_total_seconds_count\\{[^}]*code=\"%s\"[^}]*model=\"%s\""
                .formatted(reason, model));
  }

  private static String breaker(String model) {
    return server.status().getVersionsList().stream()
        .filter(version -> version.getVersion().equals("models/" + model + "/versions/1"))
        .findFirst()
        .orElseThrow()
        .getBreaker();
  }

  private static String metrics() {
    var uri = URI.create("http://127.0.0.1:" + service.running().managementPort() + "/metrics");
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void modelThatThrows() throws Exception {
    serve("greedy", OnnxModels.greedy(), false);
    assertThat(ask("greedy", 1).getModelVersion()).isEqualTo("1");
    // More than any machine has: the runtime is refused it, and says so.
    failUntilTheBreakerOpens("greedy", 1e12f, "MODEL_FAILED");
  }

  @Test
  void modelThatHangs() throws Exception {
    serve("counting", OnnxModels.counting(), false);
    assertThat(ask("counting", 1).getModelVersion()).isEqualTo("1");
    failUntilTheBreakerOpens("counting", 1e9f, "RUN_TIMED_OUT");
  }

  @Test
  void modelThatGivesNoNumber_isCounted_andItsAnswerDelivered() throws Exception {
    serve("logarithm", OnnxModels.logarithm(), false);
    assertThat(Requests.numbers(ask("logarithm", -1))[0]).isNaN();
    Eventually.become(
        SOON,
        () ->
            metrics()
                .matches("(?s).*penstock_inference_nan_total\\{model=\"logarithm\"[^}]*} 1.0.*"));
    assertThat(breaker("logarithm")).isEqualTo("CLOSED");
  }

  @Test
  void modelThatCrashes_inAProcessOfItsOwn() throws Exception {
    serve("crashing", OnnxModels.counting(), true);
    assertThat(ask("crashing", 1).getModelVersion()).isEqualTo("1");
    var killer = Thread.ofPlatform().start(FaultsIT::crashWorkers);
    try {
      failUntilTheBreakerOpens("crashing", 1e9f, "MODEL_FAILED");
    } finally {
      killer.interrupt();
      killer.join();
    }
    // Deaths are noticed by a watch, a moment after the failure that they cause.
    Eventually.become(
        SOON,
        () -> metrics().contains("penstock_inference_worker_deaths_total{model=\"crashing\""));
    Eventually.become(SOON, () -> !workers().isEmpty());
  }

  private static List<ProcessHandle> workers() {
    return ProcessHandle.current().children().filter(FaultsIT::isWorker).toList();
  }

  private static boolean isWorker(ProcessHandle process) {
    try {
      var command = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return command.contains("io.penstock.inference.worker.WorkerMain");
    } catch (IOException e) {
      return false;
    }
  }

  // As native code does that reads where nothing is: the kernel sends the same signal.
  private static void crashWorkers() {
    try {
      while (true) {
        Thread.sleep(300);
        for (var worker : workers()) {
          new ProcessBuilder("kill", "-SEGV", Long.toString(worker.pid())).start().waitFor();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void modelThatIsRefused_failsNobodyElse() throws Exception {
    registry.serve("broken", registry.version("broken", 1, new byte[] {1, 2, 3}));
    server.awaitVersion(
        version ->
            version.getVersion().startsWith("models/broken/") && !version.getReason().isEmpty());
    assertThatThrownBy(() -> ask("broken", 1))
        .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
  }
}
