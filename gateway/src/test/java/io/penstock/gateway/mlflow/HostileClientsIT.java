package io.penstock.gateway.mlflow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.gateway.LocalGateway;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are slow, or hold on to what they have, or hide a request in another: they end in
/// time or are refused, and everybody else is served meanwhile.
@Timeout(120)
class HostileClientsIT {

  private static final int MOST_BYTES = 4_000_000;
  private static final String CREATE = "/api/2.0/mlflow/runs/create";
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/";

  @RegisterExtension static final MlflowBackend BACKEND = new MlflowBackend();

  @RegisterExtension
  static final ServiceExtension GATEWAY =
      LocalGateway.unlimitedBefore(BACKEND::address)
          .with("penstock.gateway.body-timeout", "2s")
          .with("penstock.gateway.deadlines.bulk", "4s")
          .with("penstock.gateway.in-flight.bytes", MOST_BYTES);

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void bodyThatTrickles_isGivenUpInTime() throws Exception {
    Socket slow = open(head("POST", CREATE) + "Content-Length: 1000\r\n\r\n{");
    trickle(slow, Duration.ofSeconds(5));
    assertThat(read(slow)).startsWith("HTTP/1.1 400").contains("BAD_REQUEST");
    assertServed();
  }

  @Test
  void uploadThatTrickles_isGivenUpInTime() throws Exception {
    Socket slow = open(head("PUT", FILES + "slow") + "Content-Length: 1000000\r\n\r\nx");
    trickle(slow, Duration.ofSeconds(7));
    assertThat(read(slow)).startsWith("HTTP/1.1 4");
    assertServed();
  }

  @Test
  void thousandIdleUploads_holdUpNobody() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      open(head("PUT", FILES + i) + "Content-Length: 1000000\r\n\r\nx");
    }
    for (int i = 0; i < 20; i++) {
      assertServed();
    }
  }

  @Test
  void manyLargeBodies_areRefusedBeforeTheyFillTheMemory() throws Exception {
    byte[] megabytes = " ".repeat(1_500_000).getBytes(ISO_8859_1);
    List<Socket> holding = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Socket one = open(head("POST", CREATE) + "Content-Length: 1500001\r\n\r\n");
      one.getOutputStream().write(megabytes);
      holding.add(one);
    }
    int refused = 0;
    for (Socket one : holding) {
      refused += read(one).contains("TEMPORARILY_UNAVAILABLE") ? 1 : 0;
    }
    assertThat(refused).isGreaterThanOrEqualTo(4);
    Eventually.become(Duration.ofSeconds(10), () -> served().statusCode() == 200);
  }

  /// Ten gigabytes of zeros in ten megabytes.
  @Test
  void compressedBomb_isReadNoFurtherThanAllowed() throws Exception {
    byte[] bomb = bomb(1_000_000_000);
    List<Socket> bombers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket one =
          open(
              head("POST", CREATE)
                  + "Content-Encoding: gzip\r\nContent-Length: "
                  + bomb.length
                  + "\r\n\r\n");
      one.getOutputStream().write(bomb);
      bombers.add(one);
    }
    for (Socket one : bombers) {
      assertThat(read(one)).matches("(?s)HTTP/1.1 (400|413|503).*");
    }
    Eventually.become(Duration.ofSeconds(10), () -> served().statusCode() == 200);
  }

  @Test
  void halfClosedConnection_endsWithItsRequest() throws Exception {
    Socket half = open(head("POST", CREATE) + "Content-Length: 20\r\n\r\n{}");
    half.shutdownOutput();
    assertThat(read(half)).doesNotContain("HTTP/1.1 2").doesNotContain("HTTP/1.1 5");
    assertServed();
  }

  @Test
  void headersWithoutEnd_areRefused() throws Exception {
    for (String headers :
        List.of("X-Bomb: " + "x".repeat(100_000), "X-Many: y\r\n".repeat(9_000))) {
      assertThat(read(open(head("POST", CREATE) + headers))).matches("(?s)|HTTP/1.1 4.*");
    }
    assertServed();
  }

  /// One request with two ideas of its length is one request, or none: never two.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding:\u000bchunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 60\r\n",
        "Content-Length: +4\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 4, 4\r\n",
        "Content-Length: 99999999999999999999\r\n",
      })
  void framingInTwoWays_hidesNoRequest(String framing) throws Exception {
    String hidden = "GET /api/2.0/mlflow/experiments/get?experiment_id=hidden HTTP/1.1\r\n";
    BACKEND.asked.set(Empty.getDefaultInstance());
    Socket socket =
        open(head("POST", CREATE) + framing + "\r\n0\r\n\r\n" + hidden + "Host: x\r\n\r\n");
    String answers = read(socket);
    assertThat(answers).doesNotContain("HTTP/1.1 5");
    assertThat(String.valueOf(BACKEND.asked.get())).doesNotContain("hidden");
    assertServed();
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String verb = i % 2 == 0 ? "runs/unknown" : "runs/get?run_id=r";
      requests.append("GET /api/2.0/mlflow/").append(verb).append(" HTTP/1.1\r\nHost: g\r\n");
      requests
          .append(i == 199 ? "Connection: close\r\n" : "")
          .append(authorization())
          .append("\r\n");
    }
    var statuses =
        Pattern.compile("HTTP/1.1 (\\d+)")
            .matcher(read(open(requests.toString())))
            .results()
            .map(it -> it.group(1))
            .toList();
    assertThat(statuses).hasSize(200);
    for (int i = 0; i < 200; i++) {
      assertThat(statuses.get(i)).as("answer %d", i).isEqualTo(i % 2 == 0 ? "404" : "200");
    }
  }

  private static byte[] bomb(long size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[1_000_000];
      for (long written = 0; written < size; written += zeros.length) {
        gzip.write(zeros);
      }
    }
    return bytes.toByteArray();
  }

  private static void trickle(Socket slow, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (System.nanoTime() < end) {
        slow.getOutputStream().write(' ');
        Thread.sleep(200);
      }
    } catch (IOException givenUp) {
      // What was to be shown; the answer was sent before.
    }
  }

  private void assertServed() {
    HttpResponse<String> response = served();
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private HttpResponse<String> served() {
    HttpRequest request =
        HttpRequest.newBuilder(gateway().resolve("/api/2.0/mlflow/runs/get?run_id=r"))
            .header("Authorization", "Bearer " + token())
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Socket open(String beginning) throws IOException {
    Socket socket = new Socket(gateway().getHost(), gateway().getPort());
    socket.setSoTimeout(20_000);
    sockets.add(socket);
    try {
      socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
    } catch (SocketException refusedMeanwhile) {
      // Its answer is to be read.
    }
    return socket;
  }

  /// All that comes until the connection ends or nothing more does.
  private static String read(Socket socket) {
    StringBuilder answer = new StringBuilder();
    try {
      byte[] buffer = new byte[8_192];
      for (int count = 0; count >= 0; count = socket.getInputStream().read(buffer)) {
        answer.append(new String(buffer, 0, count, ISO_8859_1));
        if (count > 0) {
          socket.setSoTimeout(1_500);
        }
      }
    } catch (IOException ended) {
      // Reset, or nothing more.
    }
    return answer.toString();
  }

  private static String head(String verb, String path) {
    return "%s %s HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n%s"
        .formatted(verb, path, authorization());
  }

  private static String authorization() {
    return "Authorization: Bearer " + token() + "\r\n";
  }

  private static String token() {
    return TestIdentity.shared().token("ada", "admin");
  }

  private static URI gateway() {
    return GATEWAY.bean(EmbeddedServer.class).getURI();
  }
}
