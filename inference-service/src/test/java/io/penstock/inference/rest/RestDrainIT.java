package io.penstock.inference.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of connections when the service stops.
class RestDrainIT {

  private static final String BODY =
      "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";

  private final TestRegistry registry = new TestRegistry();

  @Test
  void stop_answersWhatIsUnderWay(@TempDir Path cache) throws Exception {
    var service =
        InferenceServer.extension(registry, cache)
            .with("penstock.inference.worker.probation", false)
            .with("penstock.inference.rest.host", "127.0.0.1");
    service.begin();
    registry.serve("slow", registry.version("slow", 1, OnnxModels.slow(800)));
    InferenceServer.of(service)
        .awaitVersion(version -> version.getState().name().endsWith("SERVING"));
    int port = service.bean(RestServer.class).port();
    try (var resting = connect(port);
        var sending = connect(port);
        var working = connect(port)) {
      String request = request();
      send(sending, request.substring(0, request.length() - 1));
      send(working, request);
      var server = service.bean(RestServer.class);
      Eventually.become(
          Duration.ofSeconds(5), () -> server.connections() == 3 && server.working() == 2);
      var stopped = CompletableFuture.runAsync(() -> stop(service));
      assertThat(resting.getInputStream().read())
          .as("a connection that rests is closed")
          .isEqualTo(-1);
      send(sending, request.substring(request.length() - 1));
      for (var socket : List.of(working, sending)) {
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200 OK")
            .contains("Connection: close")
            .contains("\"model_name\":\"slow\"");
      }
      assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class);
      stopped.get(20, TimeUnit.SECONDS);
    }
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String request() {
    return "POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(TestIdentity.shared().token("ada", "client"), BODY.length(), BODY);
  }

  private static void stop(ServiceExtension service) {
    try {
      service.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
