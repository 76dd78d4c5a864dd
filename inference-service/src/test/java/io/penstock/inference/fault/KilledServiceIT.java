package io.penstock.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.penstock.inference.InferenceService;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.Requests;
import io.penstock.kit.grpc.Credentials;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.TestIdentity;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service as a process of its own, killed under load.
class KilledServiceIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private int port;

  private Process start() throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                InferenceService.class.getName()));
    TestIdentity.shared()
        .properties()
        .forEach((key, value) -> command.add("--%s=%s".formatted(key, value)));
    command.add("--penstock.inference.repository.directory=" + directory.resolve("models"));
    command.add("--penstock.inference.cache-directory=" + directory.resolve("cache"));
    command.add("--penstock.inference.events.enabled=false");
    command.add("--penstock.inference.rest.port=0");
    command.add("--penstock.events.type=MEMORY");
    command.add("--penstock.grpc.port=" + port);
    command.add("--penstock.management.port=0");
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("service.log").toFile())
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void killedUnderLoad_servesAgainWithinSeconds_whatItServed() throws Exception {
    var models = new ModelDirectory(directory.resolve("models"));
    models.version("one", 1, TestOnnx.logistic(1, 1, 2));
    models.version("two", 1, TestOnnx.logistic(2, 1, 2));
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var first = start();
    try (var load = new Load(port)) {
      Eventually.become(SOON, () -> load.answers.get() > 20);
      first.destroyForcibly().waitFor();
      Eventually.become(SOON, () -> load.failures.get() > 0);
      long killed = System.nanoTime();
      int before = load.answers.get();
      var second = start();
      try {
        Eventually.become(SOON, () -> load.answers.get() > before + 20);
        // Two seconds here; the bound leaves room for a machine that is busy with other tests.
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SOON.dividedBy(2));
      } finally {
        second.destroyForcibly().waitFor();
      }
    } finally {
      first.destroyForcibly();
    }
  }

  /// Asks both models in turn, whatever comes back.
  private static final class Load implements AutoCloseable {
    final AtomicInteger answers = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    private final ManagedChannel channel;
    private final GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub;
    private final Thread thread;

    Load(int port) {
      channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      var headers = new Metadata();
      headers.put(
          Credentials.AUTHORIZATION,
          Credentials.bearer(TestIdentity.shared().token("app", "client")));
      stub =
          GRPCInferenceServiceGrpc.newBlockingStub(
              ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
      thread = Thread.ofPlatform().start(this::ask);
    }

    private void ask() {
      for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
        try {
          var request = Requests.features(i % 2 == 0 ? "one" : "two", new float[] {1, 2});
          stub.withDeadlineAfter(1, TimeUnit.SECONDS).modelInfer(request.build());
          answers.incrementAndGet();
        } catch (StatusRuntimeException e) {
          failures.incrementAndGet();
          channel.resetConnectBackoff();
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
      channel.shutdownNow();
    }
  }
}
