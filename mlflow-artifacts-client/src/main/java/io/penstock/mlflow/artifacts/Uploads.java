package io.penstock.mlflow.artifacts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/// Sends files, large ones in parts where the server takes parts.
final class Uploads {

  private static final String FILES = "/mlflow-artifacts/artifacts/";
  private static final String PARTS = "/mlflow-artifacts/mpu/";
  // What servers answer that know no parts, or whose store does not.
  private static final Set<Integer> NO_PARTS = Set.of(404, 405, 501);

  private final HttpCalls calls;
  private final Transfers transfers;
  private final TransferOptions options;

  Uploads(HttpCalls calls, Transfers transfers, TransferOptions options) {
    this.calls = calls;
    this.transfers = transfers;
    this.options = options;
  }

  /// Sends one file to a path below the proxy.
  void upload(Path file, String path) throws IOException {
    long size = Files.size(file);
    if (size < options.multipartFrom() || size == 0 || !uploadInParts(file, size, path)) {
      calls.put(
          FILES + ArtifactPath.encode(path), file, Map.of(MlflowArtifacts.SHA256, Sha256.of(file)));
    }
  }

  // False where the server takes no parts.
  private boolean uploadInParts(Path file, long size, String path) {
    int parts = Math.toIntExact((size + options.partSize() - 1) / options.partSize());
    JsonObject begun;
    try {
      begun = begin(path, parts);
    } catch (ArtifactException e) {
      if (NO_PARTS.contains(e.status())) {
        return false;
      }
      throw e;
    }
    var id = begun.get("upload_id").getAsString();
    try {
      end("complete", path, id, send(file, size, begun));
      return true;
    } catch (RuntimeException e) {
      abort(path, id, e);
      throw e;
    }
  }

  private JsonObject begin(String path, int parts) {
    var body = new JsonObject();
    body.addProperty("path", name(path));
    body.addProperty("num_parts", parts);
    return calls.post(PARTS + "create/" + folder(path), body);
  }

  private JsonArray send(Path file, long size, JsonObject begun) {
    var tasks = new ArrayList<Callable<JsonObject>>();
    for (var credential : begun.getAsJsonArray("credentials")) {
      tasks.add(() -> sendPart(file, size, credential.getAsJsonObject()));
    }
    var parts = new JsonArray();
    transfers.all(tasks).forEach(parts::add);
    return parts;
  }

  private JsonObject sendPart(Path file, long size, JsonObject credential) {
    int number = credential.get("part_number").getAsInt();
    long from = (number - 1) * options.partSize();
    long length = Math.min(options.partSize(), size - from);
    var url = credential.get("url").getAsString();
    var bytes =
        BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> open(file, from, length)), length);
    var response = calls.putPart(url, bytes, headers(credential));
    var part = new JsonObject();
    part.addProperty("part_number", number);
    part.addProperty("etag", response.headers().firstValue("ETag").orElse(""));
    part.addProperty("url", url);
    return part;
  }

  private static Map<String, String> headers(JsonObject credential) {
    var headers = new HashMap<String, String>();
    if (credential.has("headers") && credential.get("headers").isJsonObject()) {
      credential
          .getAsJsonObject("headers")
          .entrySet()
          .forEach(header -> headers.put(header.getKey(), header.getValue().getAsString()));
    }
    return headers;
  }

  // Opened anew for each attempt.
  private static InputStream open(Path file, long from, long length) {
    try {
      var channel = FileChannel.open(file).position(from);
      return new BoundedStream(Channels.newInputStream(channel), length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void abort(String path, String id, RuntimeException cause) {
    try {
      end("abort", path, id, new JsonArray());
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void end(String how, String path, String id, JsonArray parts) {
    var body = new JsonObject();
    body.addProperty("path", name(path));
    body.addProperty("upload_id", id);
    body.add("parts", parts);
    var _ = calls.post(PARTS + how + "/" + folder(path), body);
  }

  private static String folder(String path) {
    return ArtifactPath.encode(ArtifactPath.parent(path));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /// Sends every file below a directory.
  List<String> uploadAll(Path directory, String path) throws IOException {
    List<Path> files;
    try (var found = Files.walk(directory)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    var tasks = new ArrayList<Callable<String>>();
    for (Path file : files) {
      tasks.add(
          () -> uploadAs(file, ArtifactPath.join(path, ArtifactPath.relative(directory, file))));
    }
    return transfers.all(tasks);
  }

  private String uploadAs(Path file, String path) throws IOException {
    upload(file, path);
    return path;
  }
}
