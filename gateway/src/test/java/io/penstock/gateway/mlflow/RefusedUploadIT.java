package io.penstock.gateway.mlflow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Uploads that are refused before their body came, as a socket sees it.
@Timeout(60)
class RefusedUploadIT extends MlflowFixture {

  private static final long TEN_GB = 10L << 30;
  // What the kernel takes from a client that writes to somebody who no longer reads.
  private static final long BUFFERED = 64L << 20;

  @Test
  void whoWaitsForContinue_isRefusedWithoutBeingAsked() throws IOException {
    try (var socket = connect()) {
      send(socket, head("wrong", TEN_GB, "Expect: 100-continue\r\n"));
      assertThat(all(socket.getInputStream()))
          .startsWith("HTTP/1.1 401")
          .containsIgnoringCase("connection: close")
          .contains("UNAUTHENTICATED");
    }
  }

  @Test
  void whoWaitsForContinue_isAskedOnceItMaySend() throws IOException {
    try (var socket = connect()) {
      send(socket, head(token("admin"), 5, "Expect: 100-continue\r\nConnection: close\r\n"));
      assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 100 Continue");
      send(socket, "hello");
      assertThat(all(socket.getInputStream())).contains("HTTP/1.1 200");
    }
  }

  /// As stock clients do: write all there is, and look for an answer when that ends or fails.
  @Test
  void whoWritesRegardless_isCutShort_andHasTheAnswer() throws IOException {
    try (var socket = connect()) {
      send(socket, head("wrong", TEN_GB, ""));
      long written = writeUntilItFails(socket, TEN_GB);
      assertThat(written).isLessThan(BUFFERED);
      assertThat(all(socket.getInputStream())).startsWith("HTTP/1.1 401").endsWith("}");
    }
  }

  /// A client that takes an error of writing for the end of it all.
  @ParameterizedTest
  @ValueSource(
      strings = {API + "runs/create", FILES + "0/run/x", "/v1/models", "/v2/models/m/infer"})
  void javaClient_whoSendsTooMuch_hasTheAnswer(String path) {
    for (int i = 1; i <= 20; i++) {
      int megabytes = i < 20 ? 17 : 200;
      var endless =
          BodyPublishers.fromPublisher(
              BodyPublishers.ofByteArrays(Collections.nCopies(megabytes, new byte[1 << 20])),
              (long) megabytes << 20);
      var request =
          HttpRequest.newBuilder(GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path))
              .header("Authorization", "Bearer wrong")
              .header("Content-Type", "application/json")
              .method(path.startsWith(FILES) ? "PUT" : "POST", endless);
      assertThat(send(request).statusCode()).isBetween(400, 499);
    }
  }

  @Test
  void whoPauses_isNotWaitedFor() throws IOException {
    try (var socket = connect()) {
      socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
      send(socket, head("wrong", TEN_GB, "") + "a beginning");
      assertThat(all(socket.getInputStream())).startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void aShortBody_isDropped_andTheConnectionLivesOn() throws IOException {
    try (var socket = connect()) {
      send(
          socket,
          head("wrong", 5, "") + "hello" + head("wrong", 5, "Connection: close\r\n") + "hello");
      assertThat(all(socket.getInputStream()).split("HTTP/1.1 401")).hasSize(3);
    }
  }

  private static Socket connect() throws IOException {
    var uri = GATEWAY.bean(EmbeddedServer.class).getURI();
    var socket = new Socket();
    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    return socket;
  }

  private static String head(String token, long length, String headers) {
    return "PUT %s0/run/model.bin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n%s\r\n"
        .formatted(FILES, token, length, headers);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static long writeUntilItFails(Socket socket, long length) throws IOException {
    var chunk = new byte[1 << 16];
    long written = 0;
    try {
      while (written < length) {
        socket.getOutputStream().write(chunk);
        written += chunk.length;
      }
    } catch (SocketException _) {
      // Whoever answered has closed.
    }
    return written;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static String all(InputStream in) throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }
}
