package io.penstock.benchmarks;

import io.grpc.ManagedChannel;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelReadyRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// inference-service alone on a directory of models, as `penstock serve` starts it: a process of
/// its own, with nothing else on the machine that is ours.
final class ServedDirectory implements AutoCloseable {

  private static final String TOKEN = "export PENSTOCK_TOKEN=";
  private static final String LAUNCHER = "io.penstock.local.Penstock";
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Process process;
  private final String address;
  private final String token;

  private ServedDirectory(Process process, String address, String token) {
    this.process = process;
    this.address = address;
    this.token = token;
  }

  /// Starts it and waits until the models answer.
  static ServedDirectory start(
      Path home, Path models, Map<String, String> settings, String... awaited) throws Exception {
    int port = Channels.freePort();
    var log = Files.createDirectories(home).resolve("server.log");
    var process =
        new ProcessBuilder(command(home, models, settings, port))
            .redirectError(log.toFile())
            .start();
    var server = new ServedDirectory(process, "127.0.0.1:" + port, token(process, log));
    for (var model : awaited) {
      server.await(model, Duration.ofMinutes(2));
    }
    return server;
  }

  private static List<String> command(
      Path home, Path models, Map<String, String> settings, int port) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=penstock/local/quiet.xml",
                "-cp",
                System.getProperty("java.class.path"),
                LAUNCHER,
                "serve",
                "--home",
                home.toString(),
                "--set",
                "penstock.grpc.port=" + port,
                "--set",
                "penstock.inference.rest.port=" + Channels.freePort(),
                "--set",
                "penstock.management.port=" + Channels.freePort()));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    command.add(models.toString());
    return command;
  }

  // Its first line; what comes after is its log.
  private static String token(Process process, Path log) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(TOKEN)) {
        Thread.ofVirtual().start(() -> output.lines().forEach(more -> append(log, more)));
        return line.substring(TOKEN.length());
      }
    }
    throw new IllegalStateException("the server did not start; see " + log);
  }

  private static void append(Path log, String line) {
    try {
      Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await(String model, Duration atMost) throws InterruptedException {
    ManagedChannel channel = Channels.plain(address);
    try {
      var stub = GRPCInferenceServiceGrpc.newBlockingStub(Channels.as(channel, token));
      var request = ModelReadyRequest.newBuilder().setName(model).build();
      long end = System.nanoTime() + atMost.toNanos();
      while (!stub.withWaitForReady().modelReady(request).getReady()) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(model + " was not ready in " + atMost);
        }
        Thread.sleep(PAUSE);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  String address() {
    return address;
  }

  String token() {
    return token;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
