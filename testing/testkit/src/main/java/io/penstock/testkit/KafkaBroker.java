package io.penstock.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// A real Kafka broker, one KRaft node in a process of its own from Maven's jars, on free ports of
/// the loopback interface. Can be stopped, killed and started again with its data.
public final class KafkaBroker implements AutoCloseable {

  private static final Duration START_WITHIN = Duration.ofSeconds(90);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final Path directory;
  private final int port;
  private final int controllerPort;
  private @Nullable Process process;

  private KafkaBroker(Path directory, int port, int controllerPort) {
    this.directory = directory;
    this.port = port;
    this.controllerPort = controllerPort;
  }

  /// Formats a directory and starts a broker in it; returns when it answers.
  public static KafkaBroker launch() {
    try {
      List<Integer> ports = freePorts();
      Path directory = Files.createTempDirectory("penstock-kafka");
      var broker = new KafkaBroker(directory, ports.getFirst(), ports.getLast());
      broker.format();
      broker.start();
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(broker::kill));
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException("Kafka cannot be prepared", e);
    }
  }

  // Two at once, so that they differ.
  private static List<Integer> freePorts() throws IOException {
    try (var first = new ServerSocket(0);
        var second = new ServerSocket(0)) {
      return List.of(first.getLocalPort(), second.getLocalPort());
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  private void format() throws IOException {
    Files.writeString(settings(), properties());
    Process format =
        java("kafka.tools.StorageTool", "format", "-t", clusterId(), "-c", settings().toString());
    require(await(format, STOP_WITHIN) && format.exitValue() == 0, "could not be formatted");
  }

  /// Starts the broker again after [#stop()] or [#kill()].
  public void start() {
    try {
      process = java("kafka.Kafka", settings().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Kafka cannot be started", e);
    }
    awaitAnswer(process);
  }

  /// Stops the broker in an orderly way; its data stays.
  public void stop() {
    Process running = process;
    if (running != null) {
      running.destroy();
      if (!await(running, STOP_WITHIN)) {
        kill();
      }
    }
  }

  /// Ends the broker at once, as a crash does; what it had acknowledged stays.
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      require(await(running, STOP_WITHIN), "could not be killed");
    }
  }

  @Override
  public void close() {
    kill();
    DeletedTree.delete(directory);
  }

  private Process java(String mainClass, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath(),
                mainClass));
    command.addAll(List.of(arguments));
    File output = directory.resolve("broker.log").toFile();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
        .start();
  }

  // Written by the build of testing/kafka-broker: the broker's libraries must not meet ours on one
  // class path.
  private static String classPath() throws IOException {
    try (InputStream resource =
        KafkaBroker.class.getResourceAsStream("/penstock/kafka-broker.classpath")) {
      if (resource == null) {
        throw new IllegalStateException("the module kafka-broker is not on the class path");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static String clusterId() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString("penstock-test-01".getBytes(StandardCharsets.UTF_8));
  }

  private Path settings() {
    return directory.resolve("server.properties");
  }

  private String properties() {
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        log.dirs=%3$s
        auto.create.topics.enable=false
        default.replication.factor=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=16777216
        """
        .formatted(port, controllerPort, directory.resolve("data"));
  }

  private void awaitAnswer(Process started) {
    long deadline = System.nanoTime() + START_WITHIN.toNanos();
    while (!answers()) {
      require(started.isAlive(), "ended with exit code " + exitCode(started));
      require(System.nanoTime() < deadline, "did not answer within " + START_WITHIN);
    }
  }

  private static String exitCode(Process ended) {
    return ended.isAlive() ? "none" : Integer.toString(ended.exitValue());
  }

  private boolean answers() {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "request.timeout.ms",
                1_000,
                "default.api.timeout.ms",
                1_000))) {
      return !admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean await(Process process, Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("Kafka " + what + ": see " + directory + "/broker.log");
    }
  }
}
