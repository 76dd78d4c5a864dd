package io.penstock.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Where everything listens on this machine.
///
/// @param grpc gRPC port of each service
/// @param management port of health and metrics of each service
/// @param rest of the gateway
/// @param inferenceRest of inference-service
record Ports(
    Map<Service, Integer> grpc,
    Map<Service, Integer> management,
    int rest,
    int inferenceRest,
    int otlp,
    int postgres) {

  // Below those that systems give to whoever connects somewhere, of which each is soon somebody
  // else's.
  private static final int FIRST_FREE = 20_000;
  private static final int END_OF_FREE = 32_000;
  private static final int ATTEMPTS = 1_000;

  Ports {
    grpc = Map.copyOf(grpc);
    management = Map.copyOf(management);
  }

  /// The ports that the documentation names.
  static Ports standard() {
    Map<Service, Integer> grpc = new EnumMap<>(Service.class);
    Map<Service, Integer> management = new EnumMap<>(Service.class);
    List<Service> inOrder =
        List.of(
            Service.REGISTRY,
            Service.FEATURE,
            Service.INFERENCE,
            Service.MONITORING,
            Service.GOVERNANCE);
    for (int i = 0; i < inOrder.size(); i++) {
      grpc.put(inOrder.get(i), 9101 + i);
      management.put(inOrder.get(i), 9301 + i);
    }
    grpc.put(Service.GATEWAY, 8081);
    management.put(Service.GATEWAY, 8082);
    return new Ports(grpc, management, 8080, 9203, 4317, 54_317);
  }

  /// Ports that were free a moment ago; for tests.
  static Ports free() {
    List<ServerSocket> held = new ArrayList<>();
    try {
      Map<Service, Integer> grpc = new EnumMap<>(Service.class);
      Map<Service, Integer> management = new EnumMap<>(Service.class);
      for (Service service : Service.values()) {
        grpc.put(service, take(held));
        management.put(service, take(held));
      }
      return new Ports(grpc, management, take(held), take(held), take(held), take(held));
    } finally {
      held.forEach(Ports::release);
    }
  }

  int grpc(Service service) {
    return grpc.getOrDefault(service, 0);
  }

  int management(Service service) {
    return management.getOrDefault(service, 0);
  }

  /// A port that somebody else uses already, with what wanted it; empty when all are free.
  List<String> taken() {
    List<String> taken = new ArrayList<>();
    grpc.forEach((service, port) -> addIfTaken(taken, port, service.id() + " gRPC"));
    management.forEach((service, port) -> addIfTaken(taken, port, service.id() + " health"));
    addIfTaken(taken, rest, "gateway REST");
    addIfTaken(taken, inferenceRest, "inference REST");
    addIfTaken(taken, otlp, "OTLP");
    return taken;
  }

  private static void addIfTaken(List<String> taken, int port, String wanted) {
    try (ServerSocket _ = new ServerSocket(port)) {
      return;
    } catch (IOException e) {
      taken.add(port + " (" + wanted + ")");
    }
  }

  private static int take(List<ServerSocket> held) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_FREE, END_OF_FREE);
      try {
        held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        return port;
      } catch (BindException e) {
        // Somebody has it.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("no port is free below " + END_OF_FREE);
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
