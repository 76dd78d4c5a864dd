package io.penstock.mlflow;

import io.penstock.kit.service.PenstockService;
import io.penstock.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// A service in a process of its own, so that its memory and its work can be told from others'.
public final class ServiceProcess implements AutoCloseable {

  private final String name;
  private final Process process;

  private ServiceProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /// Starts a service and waits until it serves.
  public static ServiceProcess start(
      String name, Path home, Map<String, Object> properties, String... options)
      throws IOException {
    var all = new Properties();
    properties.forEach((key, value) -> all.put(key, value.toString()));
    var file = home.resolve(name + ".properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      all.store(out, null);
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(options));
    command.addAll(List.of(ServiceProcess.class.getName(), name, file.toString()));
    var process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var service = new ServiceProcess(name, process);
    service.awaitServing();
    return service;
  }

  // The log goes to the same output: the line is marked.
  private void awaitServing() throws IOException {
    var lines = process.inputReader();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals("serving " + name)) {
        Thread.ofVirtual().start(() -> drain(lines));
        return;
      }
    }
    throw new IllegalStateException(name + " ended before it served");
  }

  private static void drain(BufferedReader lines) {
    try {
      lines.lines().forEach(_ -> {});
    } catch (UncheckedIOException killed) {
      // Nothing more comes.
    }
  }

  /// The most memory that the process has had, in MiB.
  public long peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /// The time that its threads have computed.
  public Duration work() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// `kill -9`.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// What a service needs to be one of the suite of tests, with further settings.
  public static Map<String, Object> settings(String service, Map<String, Object> further) {
    var all = new HashMap<>(further);
    all.putAll(TestIdentity.shared().properties());
    all.put(
        "penstock.identity.service-token",
        TestIdentity.shared().token("service/" + service, "service"));
    all.put("penstock.grpc.host", "127.0.0.1");
    all.put("penstock.management.host", "127.0.0.1");
    all.put("penstock.management.port", 0);
    return all;
  }

  /// Those of a registry with a database.
  public static Map<String, Object> registry(int port, String database, Path artifacts) {
    return settings(
        "registry",
        Map.of(
            "penstock.grpc.port", port,
            "penstock.database.url", database,
            "penstock.database.user", "postgres",
            "penstock.events.url", database,
            "penstock.events.user", "postgres",
            "penstock.artifacts.directory", artifacts));
  }

  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  public static void main(String[] args) throws Exception {
    var properties = new Properties();
    try (var in = Files.newBufferedReader(Path.of(args[1]))) {
      properties.load(in);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.forEach((key, value) -> settings.put(key.toString(), value));
    try (var service = PenstockService.named(args[0]).start(settings)) {
      System.out.println("serving " + service.name());
      // Ends with whoever started it, however that one ends.
      while (System.in.read() >= 0) {}
    }
  }
}
