package io.penstock.registry.webhook;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
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
import javax.net.ssl.SSLContext;

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

  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

  static final Answer OK = exchange -> exchange.sendResponseHeaders(200, -1);

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final HttpServer server;

  private Receiver(HttpServer server) {
    this.server = server;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  static Receiver start() {
    try {
      return new Receiver(HttpServer.create(ANY_PORT, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Over TLS, with the certificate of the context.
  static Receiver start(SSLContext tls) {
    return start(tls, 0);
  }

  static Receiver start(SSLContext tls, int port) {
    try {
      var server = HttpsServer.create(new InetSocketAddress("127.0.0.1", port), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return new Receiver(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  int port() {
    return server.getAddress().getPort();
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
