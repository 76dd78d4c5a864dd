package io.penstock.inference.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients do to a socket that they should not: the service answers or hangs up, goes on
/// serving the others, and keeps nothing.
class RestSocketIT {

  private static final int MOST_CONNECTIONS = 32;

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("unused"))
          .with("penstock.inference.worker.probation", false)
          .with("penstock.inference.rest.host", "127.0.0.1")
          .with("penstock.inference.rest.max-body-size", 100_000)
          .with("penstock.inference.rest.max-connections", MOST_CONNECTIONS)
          .with("penstock.inference.rest.request-timeout", "1s")
          .with("penstock.inference.rest.idle-timeout", "3s")
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final String BODY =
      "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

  private final List<Socket> sockets = new ArrayList<>();

  @BeforeAll
  static void serve() throws InterruptedException {
    registry.serve("flights", registry.version("flights", 1, TestOnnx.logistic(0.1f, 1, 2)));
    registry.serve("slow", registry.version("slow", 1, OnnxModels.slow(300)));
    var server = InferenceServer.of(service);
    for (var model : List.of("flights", "slow")) {
      server.awaitVersion(
          version ->
              version.getVersion().startsWith("models/" + model + "/")
                  && version.getState().name().endsWith("SERVING"));
    }
  }

  @AfterEach
  void closeAndFindNothingLeft() throws Exception {
    for (var socket : sockets) {
      socket.close();
    }
    Eventually.become(
        Duration.ofSeconds(10), () -> service.bean(RestServer.class).connections() == 0);
    var last = connect();
    send(last, request("flights", BODY));
    assertThat(answer(last)).startsWith("HTTP/1.1 200 OK");
    last.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.connect(
        new InetSocketAddress("127.0.0.1", service.bean(RestServer.class).port()), 5_000);
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  private static String request(String model, String body) {
    return "POST /v2/models/%s/infer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(model, TestIdentity.shared().token("ada", "client"), body.length(), body);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /// One answer: its head and its body.
  private static String answer(Socket socket) throws IOException {
    var text = new StringBuilder();
    var in = socket.getInputStream();
    while (text.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return text.toString();
      }
      text.append((char) next);
    }
    var length = text.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
    return text + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
  }

  private static String untilClosed(InputStream in) throws IOException {
    try {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open", e);
    } catch (IOException reset) {
      return "";
    }
  }

  @Test
  void keepAlive_severalRequests() throws IOException {
    var socket = connect();
    for (int i = 0; i < 5; i++) {
      send(socket, request("flights", BODY));
      assertThat(answer(socket))
          .startsWith("HTTP/1.1 200 OK")
          .contains("\"model_name\":\"flights\"");
    }
  }

  @Test
  void pipelining_answersInOrder() throws IOException {
    var socket = connect();
    var all = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      var body = BODY.replaceFirst("\\{", "{\"id\":\"%d\",".formatted(i));
      all.append(
          i % 7 == 3 ? "GET /v2/nothing HTTP/1.1\r\nHost: x\r\n\r\n" : request("flights", body));
    }
    send(socket, all.toString());
    for (int i = 0; i < 300; i++) {
      assertThat(answer(socket))
          .contains(i % 7 == 3 ? "ROUTE_UNKNOWN" : "\"id\":\"%d\"".formatted(i));
    }
  }

  @Test
  void body_inPiecesAndChunks() throws Exception {
    var socket = connect();
    var text = request("flights", BODY);
    for (int i = 0; i < text.length(); i += 97) {
      send(socket, text.substring(i, Math.min(text.length(), i + 97)));
    }
    assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK");
    var chunked = request("flights", "").replace("Content-Length: 0", "Transfer-Encoding: chunked");
    send(socket, chunked);
    for (int i = 0; i < BODY.length(); i += 10) {
      var piece = BODY.substring(i, Math.min(BODY.length(), i + 10));
      send(socket, Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
    }
    send(socket, "0\r\n\r\n");
    assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void expectContinue_isToldToGoOn() throws IOException {
    var socket = connect();
    var text = request("flights", BODY);
    int body = text.indexOf("\r\n\r\n") + 4;
    send(socket, text.substring(0, body - 2) + "Expect: 100-continue\r\n\r\n");
    var in = socket.getInputStream();
    assertThat(new String(in.readNBytes(25), StandardCharsets.US_ASCII))
        .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    send(socket, text.substring(body));
    assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void connectionClose_isClosedAfterTheAnswer() throws IOException {
    var socket = connect();
    send(socket, request("flights", BODY).replace("Host: x", "Host: x\r\nConnection: close"));
    assertThat(untilClosed(socket.getInputStream()))
        .startsWith("HTTP/1.1 200 OK")
        .contains("Connection: close");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|400",
        "GET / HTTP/1.1\\r\\nContent-Length: x|400",
        "GET / HTTP/1.1\\r\\nContent-Length: 1\\r\\nContent-Length: 2|400",
        "GET / HTTP/1.1\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked|400",
        "POST / HTTP/1.1\\r\\nContent-Length: 99999999999|413",
        "POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz|400",
      })
  void malformed_isRefused(String text, int status) throws IOException {
    var socket = connect();
    send(socket, text.replace("\\r\\n", "\r\n") + "\r\n\r\n");
    assertThat(untilClosed(socket.getInputStream())).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void hugeHeaders_areRefused() throws IOException {
    var lines = connect();
    send(lines, "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n");
    assertThat(untilClosed(lines.getInputStream())).startsWith("HTTP/1.1 414 ");
    var headers = connect();
    send(headers, "GET / HTTP/1.1\r\nA: " + "x".repeat(20_000) + "\r\n\r\n");
    assertThat(untilClosed(headers.getInputStream())).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void chunksBeyondTheBound_areRefused() throws IOException {
    var socket = connect();
    send(socket, "POST /v2/models/flights/infer HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; i++) {
      send(socket, "2710\r\n" + "x".repeat(10_000) + "\r\n");
    }
    assertThat(untilClosed(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
  }

  /// A client that sends a byte now and then would hold a connection for ever.
  @Test
  void slowHeadersAndBodies_areCutOff() throws Exception {
    var header = connect();
    var body = connect();
    send(body, "POST /v2/models/flights/infer HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 8; i++) {
      trickle(header);
      trickle(body);
      Thread.sleep(200);
    }
    assertThat(untilClosed(header.getInputStream())).startsWith("HTTP/1.1 408 ");
    assertThat(untilClosed(body.getInputStream())).startsWith("HTTP/1.1 408 ");
  }

  private static void trickle(Socket socket) {
    try {
      socket.getOutputStream().write('A');
    } catch (IOException closed) {
      // It was cut off, as it should be.
    }
  }

  @Test
  void idleConnection_isClosed() throws IOException {
    assertThat(untilClosed(connect().getInputStream())).isEmpty();
  }

  @Test
  void tooManyConnections_areClosedAsTheyCome() throws Exception {
    var first = connect();
    for (int i = 1; i < MOST_CONNECTIONS; i++) {
      connect();
    }
    Eventually.become(
        Duration.ofSeconds(5),
        () -> service.bean(RestServer.class).connections() == MOST_CONNECTIONS);
    assertThat(untilClosed(connect().getInputStream())).isEmpty();
    send(first, request("flights", BODY));
    assertThat(answer(first)).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void clientThatHangsUp_takesItsRequestBack() throws Exception {
    var body =
        "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";
    for (int i = 0; i < 20; i++) {
      var socket = connect();
      send(socket, request("slow", body));
      socket.close();
    }
    Eventually.become(
        Duration.ofSeconds(10), () -> service.bean(RestServer.class).connections() == 0);
  }

  @Test
  void randomBytes_neverHoldAThingUp() throws Exception {
    long seed = 1_945;
    var random = new Random(seed);
    byte[] valid = request("flights", BODY).getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < 300; i++) {
      byte[] text = Arrays.copyOf(valid, 1 + random.nextInt(valid.length));
      for (int edits = random.nextInt(6); edits > 0; edits--) {
        text[random.nextInt(text.length)] = (byte) random.nextInt();
      }
      try (var socket = connect()) {
        socket.getOutputStream().write(text);
        if (random.nextBoolean()) {
          socket.setSoLinger(true, 0);
        } else {
          socket.shutdownOutput();
        }
      } catch (IOException refused) {
        // Whoever sends nonsense may be hung up on.
      }
    }
  }
}
