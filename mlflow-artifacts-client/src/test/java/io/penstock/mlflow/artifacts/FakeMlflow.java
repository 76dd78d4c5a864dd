package io.penstock.mlflow.artifacts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// The artifact routes of an MLflow server, kept in memory: a stock one, or one that tells digests
/// and takes parts as Penstock does.
final class FakeMlflow implements AutoCloseable {

  static final String ROOT = "0/run1/artifacts";
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts";
  private static final String PARTS = "/api/2.0/mlflow-artifacts/mpu/";

  final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  final AtomicInteger failures = new AtomicInteger();
  final AtomicInteger most = new AtomicInteger();
  volatile String location = "mlflow-artifacts:/" + ROOT;
  volatile boolean altering;

  /// How many of the next bodies stand still after their first byte.
  final AtomicInteger stalls = new AtomicInteger();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final boolean stock;
  private final Map<Integer, byte[]> parts = new ConcurrentSkipListMap<>();
  private final AtomicInteger running = new AtomicInteger();
  private final HttpServer server;

  private FakeMlflow(boolean stock) throws IOException {
    this.stock = stock;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  static FakeMlflow stock() throws IOException {
    return new FakeMlflow(true);
  }

  static FakeMlflow withDigests() throws IOException {
    return new FakeMlflow(false);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  long count(String prefix) {
    return requests.stream().filter(request -> request.startsWith(prefix)).count();
  }

  private void serve(HttpExchange call) throws IOException {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try (call) {
      requests.add(call.getRequestMethod() + " " + call.getRequestURI().getPath());
      authorizations.add(String.valueOf(call.getRequestHeaders().getFirst("Authorization")));
      var body = call.getRequestBody().readAllBytes();
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        call.getResponseHeaders().set("Retry-After", "1");
        answer(call, 503, "{\"error_code\":\"TEMPORARILY_UNAVAILABLE\",\"message\":\"busy\"}");
      } else {
        route(call, body);
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private void route(HttpExchange call, byte[] body) throws IOException {
    var path = call.getRequestURI().getPath();
    if (path.equals("/api/2.0/mlflow/runs/get")) {
      answer(call, 200, "{\"run\":{\"info\":{\"artifact_uri\":\"" + location + "\"}}}");
    } else if (path.equals(FILES)) {
      answer(call, 200, list(folder(call)));
    } else if (path.startsWith(FILES + "/")) {
      file(call, path.substring(FILES.length() + 1), body);
    } else if (path.startsWith(PARTS) && !stock) {
      parts(call, path.substring(PARTS.length()), body);
    } else {
      answer(call, 404, "{\"error_code\":\"ENDPOINT_NOT_FOUND\",\"message\":\"no such route\"}");
    }
  }

  private static String folder(HttpExchange call) {
    var query = call.getRequestURI().getRawQuery();
    return URLDecoder.decode(query.substring("path=".length()), StandardCharsets.UTF_8);
  }

  private String list(String folder) {
    var entries = new TreeMap<String, JsonObject>();
    files.forEach(
        (path, bytes) -> {
          if (path.startsWith(folder + "/")) {
            var below = path.substring(folder.length() + 1);
            int end = below.indexOf('/');
            var entry = new JsonObject();
            entry.addProperty("path", end < 0 ? below : below.substring(0, end));
            entry.addProperty("is_dir", end >= 0);
            if (end < 0) {
              entry.addProperty("file_size", bytes.length);
              if (!stock) {
                entry.addProperty("sha256", sha256(bytes));
              }
            }
            entries.put(entry.get("path").getAsString(), entry);
          }
        });
    var all = new JsonArray();
    entries.values().forEach(all::add);
    var answer = new JsonObject();
    answer.add("files", all);
    return answer.toString();
  }

  private void file(HttpExchange call, String path, byte[] body) throws IOException {
    if (call.getRequestMethod().equals("PUT")) {
      if (stalls.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        awaitClose();
      }
      var declared = call.getRequestHeaders().getFirst(MlflowArtifacts.SHA256);
      boolean wrong = declared != null && !declared.equals(sha256(body));
      files.put(path, body);
      answer(call, wrong ? 400 : 200, "{}");
      return;
    }
    var bytes = files.get(path);
    if (bytes == null) {
      answer(call, 404, "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"none\"}");
      return;
    }
    if (!stock) {
      call.getResponseHeaders().set(MlflowArtifacts.SHA256, sha256(bytes));
    }
    if (stalls.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      stall(call, bytes);
    } else {
      answer(call, 200, altering ? new byte[bytes.length] : bytes);
    }
  }

  private void stall(HttpExchange call, byte[] bytes) throws IOException {
    call.sendResponseHeaders(200, bytes.length);
    call.getResponseBody().write(bytes, 0, 1);
    call.getResponseBody().flush();
    awaitClose();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void parts(HttpExchange call, String path, byte[] body) throws IOException {
    if (path.startsWith("create/")) {
      answer(call, 200, credentials(body));
    } else if (path.startsWith("parts/")) {
      int number = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      parts.put(number, body);
      call.getResponseHeaders().set("ETag", sha256(body));
      answer(call, 200, "{}");
    } else if (path.startsWith("complete/")) {
      var request =
          JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
      var whole = new ByteArrayOutputStream();
      for (var part : request.getAsJsonArray("parts")) {
        var number = part.getAsJsonObject().get("part_number").getAsInt();
        var bytes = parts.getOrDefault(number, new byte[0]);
        if (!part.getAsJsonObject().get("etag").getAsString().equals(sha256(bytes))) {
          answer(call, 400, "{\"message\":\"etag\"}");
          return;
        }
        whole.writeBytes(bytes);
      }
      var name = path.substring("complete/".length()) + "/" + request.get("path").getAsString();
      files.put(name, whole.toByteArray());
      answer(call, 200, "{}");
    } else {
      parts.clear();
      answer(call, 200, "{}");
    }
  }

  private String credentials(byte[] body) {
    var request =
        JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
    var credentials = new JsonArray();
    for (int part = 1; part <= request.get("num_parts").getAsInt(); part++) {
      var credential = new JsonObject();
      credential.addProperty("url", uri() + PARTS + "parts/u1/" + part);
      credential.addProperty("part_number", part);
      credentials.add(credential);
    }
    var answer = new JsonObject();
    answer.addProperty("upload_id", "u1");
    answer.add("credentials", credentials);
    return answer.toString();
  }

  private static void answer(HttpExchange call, int status, String body) throws IOException {
    answer(call, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange call, int status, byte[] body) throws IOException {
    call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    call.getResponseBody().write(body);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
