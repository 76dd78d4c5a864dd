package io.penstock.mlflow.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.penstock.mlflow.ServiceProcess;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A file much longer than the memory of those that it goes through. `-Dpenstock.large-file=10`
/// sets its length in GiB; what it took is printed.
class LargeFileIT {

  private static final double GIB =
      Double.parseDouble(System.getProperty("penstock.large-file", "0.25"));
  private static final long LENGTH = (long) (GIB * (1L << 30));
  private static final int PARTS = 16;
  // Heap, code and buffers of a gateway with a heap of 128 MiB.
  private static final long MOST_MEMORY = 400;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  @TempDir private static Path home;

  private static URI address;
  private static ServiceProcess registry;
  private static ServiceProcess gateway;

  @BeforeAll
  static void start() throws IOException {
    int grpc = ServiceProcess.freePort();
    int http = ServiceProcess.freePort();
    var database = postgres.freshDatabase("registry");
    registry =
        ServiceProcess.start(
            "registry", home, ServiceProcess.registry(grpc, database, home.resolve("artifacts")));
    gateway =
        ServiceProcess.start(
            "gateway",
            home,
            ServiceProcess.settings(
                "gateway",
                Map.of(
                    "penstock.gateway.host",
                    "127.0.0.1",
                    "penstock.gateway.port",
                    http,
                    "penstock.gateway.deadlines.bulk",
                    "1h",
                    "penstock.grpc.port",
                    0,
                    "penstock.peers.registry",
                    "127.0.0.1:" + grpc)),
            "-Xmx128m");
    address = URI.create("http://127.0.0.1:" + http);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    gateway.close();
    registry.close();
  }

  @Test
  void inOnePiece() throws Exception {
    var path = "/api/2.0/mlflow-artifacts/artifacts/0/run/artifacts/one.bin";
    var sent = measured("PUT", () -> put(path, 0, LENGTH));
    var received = measured("GET", () -> get(path));
    assertThat(received).isEqualTo(sent);
    var _ = answer(open("DELETE", path));
    assertThat(gateway.peakMemory()).isLessThan(MOST_MEMORY);
  }

  @Test
  void inParts() throws Exception {
    var folder = "0/run/artifacts";
    measured("PUT in %d parts".formatted(PARTS), () -> inParts(folder));
    var path = "/api/2.0/mlflow-artifacts/artifacts/%s/parts.bin".formatted(folder);
    assertThat(measured("GET", () -> get(path))).isEqualTo(digest(LENGTH));
    var _ = answer(open("DELETE", path));
    assertThat(gateway.peakMemory()).isLessThan(MOST_MEMORY);
  }

  private static String inParts(String folder) throws Exception {
    var begun =
        post(
            "/api/2.0/mlflow-artifacts/mpu/create/" + folder,
            "{\"path\":\"parts.bin\",\"num_parts\":%d}".formatted(PARTS));
    var parts = new ArrayList<String>();
    long from = 0;
    for (var credential : begun.getAsJsonArray("credentials")) {
      int number = credential.getAsJsonObject().get("part_number").getAsInt();
      var url = URI.create(credential.getAsJsonObject().get("url").getAsString());
      long to = LENGTH * number / PARTS;
      var etag = put(url.getPath(), from, to);
      parts.add("{\"part_number\":%d,\"etag\":\"%s\"}".formatted(number, etag));
      from = to;
    }
    return post(
            "/api/2.0/mlflow-artifacts/mpu/complete/" + folder,
            "{\"path\":\"parts.bin\",\"upload_id\":\"%s\",\"parts\":%s}"
                .formatted(begun.get("upload_id").getAsString(), parts))
        .toString();
  }

  private interface Transfer {
    String run() throws Exception;
  }

  private static String measured(String what, Transfer transfer) throws Exception {
    var work = List.of(gateway.work(), registry.work());
    long start = System.nanoTime();
    var result = transfer.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s of %.2f GiB: %.1f s, %.0f MB/s; CPU s/GB: gateway %.2f, registry %.2f; peak MiB: gateway %d, registry %d%n",
        what,
        GIB,
        seconds,
        LENGTH / 1e6 / seconds,
        perGigabyte(gateway.work().minus(work.getFirst())),
        perGigabyte(registry.work().minus(work.getLast())),
        gateway.peakMemory(),
        registry.peakMemory());
    return result;
  }

  private static double perGigabyte(Duration work) {
    return work.toMillis() / 1e3 / (LENGTH / 1e9);
  }

  private static HttpURLConnection open(String verb, String path) throws IOException {
    var connection = (HttpURLConnection) address.resolve(path).toURL().openConnection();
    connection.setRequestMethod(verb);
    connection.setRequestProperty(
        "Authorization", "Bearer " + TestIdentity.shared().token("joe", "admin"));
    return connection;
  }

  private static JsonObject post(String path, String json) throws IOException {
    var connection = open("POST", path);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    return JsonParser.parseString(answer(connection)).getAsJsonObject();
  }

  private static String answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(status).as(text).isEqualTo(200);
      return text;
    }
  }

  /// Sends a part of the content; gives the digest that the server says it has.
  private static String put(String path, long from, long to) throws IOException {
    var connection = open("PUT", path);
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(to - from);
    try (var out = connection.getOutputStream()) {
      var content = new Content(from);
      var buffer = new byte[1 << 18];
      for (long left = to - from; left > 0; ) {
        int count = (int) Math.min(left, buffer.length);
        content.fill(buffer, count);
        out.write(buffer, 0, count);
        left -= count;
      }
    }
    var _ = answer(connection);
    return connection.getHeaderField("ETag").replace("\"", "");
  }

  private static String get(String path) throws Exception {
    try (InputStream in = open("GET", path).getInputStream()) {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[1 << 18];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(sha256.digest());
    }
  }

  private static String digest(long length) throws Exception {
    var sha256 = MessageDigest.getInstance("SHA-256");
    var content = new Content(0);
    var buffer = new byte[1 << 18];
    for (long left = length; left > 0; ) {
      int count = (int) Math.min(left, buffer.length);
      content.fill(buffer, count);
      sha256.update(buffer, 0, count);
      left -= count;
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /// Bytes that depend on where they are, and on nothing else.
  private static final class Content {

    private long at;

    Content(long at) {
      this.at = at;
    }

    void fill(byte[] buffer, int count) {
      for (int i = 0; i < count; i++, at++) {
        buffer[i] = (byte) (((at >>> 3) * 0x9E3779B97F4A7C15L) >>> (56 - (at & 7)));
      }
    }
  }
}
