package io.penstock.inference.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service and its registry, each of which may be away.
class RestartIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path cache;

  private final TestRegistry registry = new TestRegistry();
  private ServiceExtension service;
  private InferenceServer server;

  @BeforeEach
  void begin() throws InterruptedException {
    service =
        ServiceExtension.of("inference")
            .withoutDatabase()
            .with("penstock.peers.registry", registry.address())
            .with("penstock.inference.cache-directory", cache.toString());
    registry.serve("flights", registry.version("flights", 1, TestOnnx.logistic(1, 1, 2)));
    service.begin();
    server = InferenceServer.of(service);
    server.awaitRevision(1);
  }

  @AfterEach
  void stop() throws InterruptedException {
    service.stop();
    registry.stop();
  }

  @Test
  void registryGoesAway_servingGoesOn_andResumesAfterTheLastRevision() throws Exception {
    registry.stop();
    Eventually.become(SOON, () -> !server.status().getFollowing());
    assertThat(server.infer(request()).getModelVersion()).isEqualTo("1");
    registry.start();
    Eventually.become(SOON, () -> server.status().getFollowing());
    assertThat(registry.resumes().getLast()).isEqualTo(1);
    registry.serve("flights", registry.version("flights", 2, TestOnnx.logistic(2, 1, 2)));
    server.awaitRevision(2);
    assertThat(server.infer(request()).getModelVersion()).isEqualTo("2");
  }

  @Test
  void restart_withoutRegistry_servesWhatItServed() throws Exception {
    registry.stop();
    restart();
    assertThat(service.running().awaitReady(SOON)).isTrue();
    assertThat(server.infer(request()).getModelVersion()).isEqualTo("1");
    assertThat(server.status().getFollowing()).isFalse();
    assertThat(registry.downloads()).isEqualTo(1);
    registry.start();
    Eventually.become(SOON, () -> server.status().getFollowing());
    assertThat(registry.resumes().getLast()).as("told everything").isZero();
  }

  @Test
  void restart_withACorruptCache_fetchesAgain() throws Exception {
    service.stop();
    try (var files = Files.list(cache.resolve("artifacts"))) {
      for (var file : files.toList()) {
        damage(file);
      }
    }
    start();
    server.awaitRevision(1);
    assertThat(server.infer(request()).getModelVersion()).isEqualTo("1");
    assertThat(registry.downloads()).isEqualTo(2);
  }

  private static void damage(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void registrySetUpAnew_isFollowedFromTheBeginning() throws Exception {
    registry.stop();
    registry.forget();
    registry.start();
    Eventually.become(SOON, () -> registry.resumes().size() >= 3);
    registry.serve("other", registry.version("other", 1, TestOnnx.logistic(3, 1, 2)));
    Eventually.become(
        SOON, () -> server.infer(request().setModelName("other")).getModelVersion().equals("1"));
    Eventually.become(
        SOON,
        () ->
            server.status().getVersionsList().stream()
                .noneMatch(v -> v.getVersion().startsWith("models/flights/")));
    assertThatThrownBy(() -> server.infer(request()))
        .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
  }

  @Test
  void start_beforeTheRegistry_waitsAndSaysSo() throws Exception {
    service.stop();
    registry.stop();
    var fresh =
        ServiceExtension.of("inference")
            .withoutDatabase()
            .withoutAwaitingReady()
            .with("penstock.peers.registry", registry.address())
            .with("penstock.inference.cache-directory", cache.resolve("fresh").toString());
    fresh.begin();
    try {
      assertThat(fresh.running().awaitReady(Duration.ofMillis(300))).isFalse();
      registry.start();
      assertThat(fresh.running().awaitReady(SOON)).isTrue();
      InferenceServer.of(fresh).awaitRevision(1);
    } finally {
      fresh.stop();
      start();
    }
  }

  private void restart() throws InterruptedException {
    service.stop();
    start();
  }

  private void start() {
    service.start();
    server = InferenceServer.of(service);
  }

  private static ModelInferRequest.Builder request() {
    return Requests.features("flights", new float[] {1, 2});
  }
}
