package io.penstock.registry.webhook;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// Somebody who is told by webhook: notes what comes and answers as it was asked to, path by path.
final class Receiver implements AutoCloseable {

  /// @param headers by their names in lower case
  record Received(String path, Map<String, String> headers, String body) {

    JsonObject json() {
      return JsonParser.parseString(body).getAsJsonObject();
    }

    JsonObject data() {
      return json().getAsJsonObject("data");
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /// How a request is answered.
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  static final Answer OK = exchange -> exchange.sendResponseHeaders(200, -1);

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final HttpServer server;

  private Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  static Receiver start() {
    try {
      return new Receiver();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  List<Received> at(String path) {
    return received.stream().filter(one -> one.path().equals(path)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var headers = new TreeMap<String, String>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      received.add(new Received(path, headers, body));
      answers.getOrDefault(path, OK).to(exchange);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
