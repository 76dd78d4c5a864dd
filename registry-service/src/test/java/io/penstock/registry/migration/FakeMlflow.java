package io.penstock.registry.migration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// As much of an MLflow server as an import reads, with two experiments, a few runs and a model. It
/// can fail now and then, or refuse paths for good.
final class FakeMlflow implements AutoCloseable {

  static final int LOSS_POINTS = 2_300;
  static final String TOKEN = "Bearer let-me-in";

  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer server;
  private volatile int failEvery = Integer.MAX_VALUE;

  private FakeMlflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  static FakeMlflow start() {
    try {
      return new FakeMlflow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// How many came with the right credentials.
  int requests() {
    return requests.get();
  }

  void failEvery(int requests) {
    failEvery = requests;
  }

  /// Answers with 403 where the path and query begin like this.
  void refuse(String prefix) {
    refused.add(prefix);
  }

  void refuseNothing() {
    refused.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var target = exchange.getRequestURI().toString();
      var path = exchange.getRequestURI().getPath();
      if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
      } else if (refused.stream().anyMatch(target::startsWith)) {
        exchange.sendResponseHeaders(403, -1);
      } else if (requests.incrementAndGet() % failEvery == 0) {
        exchange.sendResponseHeaders(503, -1);
      } else {
        send(exchange, answer(path, query(exchange), body));
      }
    }
  }

  /// A model that no other server has.
  String model() {
    return "delay-" + server.getAddress().getPort();
  }

  private void send(HttpExchange exchange, String answer) throws IOException {
    var bytes = answer.replace("@model", model()).getBytes(StandardCharsets.UTF_8);
    // Chunked: no length is known.
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(bytes);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    var query = new HashMap<String, String>();
    var raw = exchange.getRequestURI().getRawQuery();
    if (raw != null) {
      Arrays.stream(raw.split("&"))
          .map(pair -> pair.split("=", 2))
          .forEach(pair -> query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }
    return query;
  }

  private static String answer(String path, Map<String, String> query, String body) {
    return switch (path.replace("/api/2.0/mlflow/", "")) {
      case "experiments/search" -> experiments(body);
      case "runs/search" -> body.contains("[\"1\"]") ? RUNS : "{}";
      case "metrics/get-history" -> history(query);
      case "artifacts/list" -> artifacts(query);
      case "/get-artifact" -> "bytes of " + query.get("path");
      case "registered-models/search" -> query.containsKey("filter") ? "{}" : MODELS;
      case "model-versions/search" -> VERSIONS;
      case "model-versions/get-download-uri" ->
          "{\"artifact_uri\": \"%s\"}".formatted(location(query.getOrDefault("version", "")));
      case "/api/2.0/mlflow-artifacts/artifacts" -> proxied(query.getOrDefault("path", ""));
      case "/api/2.0/mlflow-artifacts/artifacts/1/one/artifacts/model/MLmodel" ->
          "flavors:\n  sklearn: {}\n";
      case "/api/2.0/mlflow-artifacts/artifacts/1/one/artifacts/model/data/w x.bin" -> "weights";
      default -> throw new IllegalStateException("nobody should ask for " + path);
    };
  }

  private static String location(String version) {
    return switch (version) {
      case "3" -> "mlflow-artifacts:/1/one/artifacts/model";
      case "4" -> "runs:/one/plots";
      default -> "s3://bucket/delay";
    };
  }

  private static String experiments(String body) {
    return body.contains("page_token\":\"2\"")
        ? """
          {"experiments": [{"experiment_id": "1", "name": "Flüge", "lifecycle_stage": "active",
            "tags": [{"key": "team", "value": "delay"}]}]}"""
        : """
          {"experiments": [{"experiment_id": "0", "name": "Default", "lifecycle_stage": "active",
            "artifact_location": "mlflow-artifacts:/0", "creation_time": 1}],
           "next_page_token": "2"}""";
  }

  private static final String RUNS =
      """
      {"runs": [
        {"info": {"run_id": "one", "run_uuid": "one", "run_name": "first", "experiment_id": "1",
           "user_id": "ada", "status": "FINISHED", "start_time": 1700000000000,
           "end_time": 1700000001234, "lifecycle_stage": "active"},
         "data": {"params": [%s],
           "metrics": [{"key": "loss", "value": 0.5, "timestamp": 1, "step": 1},
             {"key": "auc", "value": "NaN", "timestamp": 1, "step": 0}],
           "tags": [{"key": "mlflow.user", "value": "ada"}, {"key": "note", "value": "süß"}]},
         "inputs": {"dataset_inputs": [{"tags": [{"key": "mlflow.data.context", "value": "train"}],
           "dataset": {"name": "flights", "digest": "abc", "source_type": "local", "source": "{}"}}]},
         "something_new": 1},
        {"info": {"run_id": "two", "experiment_id": "1", "status": "FAILED",
           "start_time": 1700000000001, "end_time": 1700000000002, "lifecycle_stage": "deleted"},
         "data": {}}]}"""
          .formatted(
              IntStream.range(0, 150)
                  .mapToObj("{\"key\": \"p%1$d\", \"value\": \"%1$d\"}"::formatted)
                  .collect(Collectors.joining(",")));

  private static String history(Map<String, String> query) {
    if ("auc".equals(query.get("metric_key"))) {
      return """
          {"metrics": [{"key": "auc", "value": "NaN", "timestamp": 1700000000000, "step": 0}]}""";
    }
    int from = Integer.parseInt(query.getOrDefault("page_token", "0"));
    int to = Math.min(LOSS_POINTS, from + Integer.parseInt(query.get("max_results")));
    var points =
        IntStream.range(from, to)
            .mapToObj(
                step ->
                    String.format(
                        Locale.ROOT,
                        "{\"key\": \"loss\", \"value\": %d.5, \"timestamp\": %d, \"step\": %d}",
                        step,
                        1_700_000_000_000L + step,
                        step))
            .collect(Collectors.joining(","));
    var next = to < LOSS_POINTS ? ", \"next_page_token\": \"" + to + "\"" : "";
    return "{\"metrics\": [" + points + "]" + next + "}";
  }

  private static String artifacts(Map<String, String> query) {
    var at = query.get("run_id") + ":" + query.getOrDefault("path", "");
    return Map.of(
            "one:",
            files(List.of("notes.txt"), List.of("plots")),
            "one:plots",
            files(List.of("plots/a b.png", "plots/ü.png"), List.of()))
        .getOrDefault(at, "{}");
  }

  private static String proxied(String path) {
    return switch (path) {
      case "1/one/artifacts/model" -> files(List.of("MLmodel"), List.of("data"));
      case "1/one/artifacts/model/data" -> files(List.of("w x.bin"), List.of());
      default -> "{}";
    };
  }

  private static String files(List<String> files, List<String> folders) {
    var entries =
        files.stream().map("{\"path\": \"%s\", \"is_dir\": false, \"file_size\": 9}"::formatted);
    var more = folders.stream().map("{\"path\": \"%s\", \"is_dir\": true}"::formatted);
    return "{\"files\": [" + Stream.concat(entries, more).collect(Collectors.joining(",")) + "]}";
  }

  private static final String MODELS =
      """
      {"registered_models": [
        {"name": "no/name", "description": "whose name this registry refuses"},
        {"name": "@model", "description": "late or not",
        "tags": [{"key": "a", "value": "b"}],
        "aliases": [{"alias": "gone", "version": "2"}, {"alias": "champion", "version": "3"}]}]}""";

  private static final String VERSIONS =
      """
      {"model_versions": [
        {"name": "@model", "version": "4", "current_stage": "None", "source": "runs:/one/plots",
         "status": "READY"},
        {"name": "@model", "version": "3", "current_stage": "Production", "run_id": "one",
         "source": "mlflow-artifacts:/1/one/artifacts/model", "status": "READY",
         "description": "the third", "tags": [{"key": "q", "value": "good"}]},
        {"name": "@model", "version": "1", "current_stage": "None", "source": "s3://bucket/delay",
         "status": "READY"}]}""";

  @Override
  public void close() {
    server.stop(0);
  }
}
