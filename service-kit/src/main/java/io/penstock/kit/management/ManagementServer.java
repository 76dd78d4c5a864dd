package io.penstock.kit.management;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.penstock.kit.service.Readiness;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// `/health/live`, `/health/ready` and `/metrics`, for probes and scrapers inside the cluster;
/// nothing secret, no token.
@Singleton
public final class ManagementServer implements AutoCloseable {

  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ServiceName service;
  private final ManagementConfig config;
  private final Readiness readiness;
  private final PrometheusMeterRegistry meters;
  private final ExecutorService threads;
  private @Nullable HttpServer server;

  ManagementServer(
      ServiceName service,
      ManagementConfig config,
      Readiness readiness,
      PrometheusMeterRegistry meters) {
    this.service = service;
    this.config = config;
    this.readiness = readiness;
    this.meters = meters;
    this.threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("management-" + service + "-", 0).factory());
  }

  public void start() {
    var starting = bind();
    starting.setExecutor(threads);
    starting.createContext("/health/live", exchange -> answer(exchange, 200, JSON, live()));
    starting.createContext("/health/ready", this::ready);
    starting.createContext(
        "/metrics", exchange -> answer(exchange, 200, PROMETHEUS, meters.scrape()));
    starting.start();
    server = starting;
  }

  /// The port it listens on.
  public int port() {
    if (server == null) {
      throw new IllegalStateException(service + " serves no management yet");
    }
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdown();
  }

  private HttpServer bind() {
    try {
      return HttpServer.create(new InetSocketAddress(config.host(), config.port()), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "penstock.management.port %d cannot be bound: %s"
              .formatted(config.port(), e.getMessage()),
          e);
    }
  }

  private String live() {
    var body = new JsonObject();
    body.addProperty("service", service.value());
    body.addProperty("status", "UP");
    return body.toString();
  }

  private void ready(HttpExchange exchange) throws IOException {
    var waitingFor = new JsonArray();
    readiness.waitingFor().forEach(waitingFor::add);
    var ready = waitingFor.isEmpty();
    var body = new JsonObject();
    body.addProperty("service", service.value());
    body.addProperty("status", ready ? "READY" : "WAITING");
    body.add("waitingFor", waitingFor);
    answer(exchange, ready ? 200 : 503, JSON, body.toString());
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", type);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
