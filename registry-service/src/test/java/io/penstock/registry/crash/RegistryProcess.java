package io.penstock.registry.crash;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.penstock.kit.grpc.Credentials;
import io.penstock.kit.service.PenstockService;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/// A registry in a process of its own, which can be killed and started again on the same data.
final class RegistryProcess implements AutoCloseable {

  private final Path settings;
  private Process process;
  private ManagedChannel channel;

  private RegistryProcess(Path settings) throws IOException {
    this.settings = settings;
    this.process = launch(settings);
    this.channel = connect(process);
  }

  static RegistryProcess start(PostgresExtension postgres, Path home) throws IOException {
    var properties = new Properties();
    TestIdentity.shared().properties().forEach((key, value) -> properties.put(key, "" + value));
    properties.put(
        "penstock.identity.service-token",
        TestIdentity.shared().token("service/registry", "service"));
    var url = postgres.freshDatabase("registry");
    for (var area : new String[] {"database", "events"}) {
      properties.put("penstock." + area + ".url", url);
      properties.put("penstock." + area + ".user", "postgres");
    }
    properties.put("penstock.grpc.host", "127.0.0.1");
    properties.put("penstock.grpc.port", "0");
    properties.put("penstock.management.host", "127.0.0.1");
    properties.put("penstock.management.port", "0");
    properties.put("penstock.artifacts.directory", home.resolve("artifacts").toString());
    var file = home.resolve("registry.properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    return new RegistryProcess(file);
  }

  private static Process launch(Path settings) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            RegistryProcess.class.getName(),
            settings.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  // The log goes to the same output: the line with the port is marked.
  private static ManagedChannel connect(Process process) throws IOException {
    var lines = process.inputReader();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("port ")) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
        return NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(line.substring(5)))
            .usePlaintext()
            .build();
      }
    }
    throw new IllegalStateException("the registry ended before it was ready");
  }

  /// A channel to the process that runs now.
  Channel channel() {
    var headers = new Metadata();
    headers.put(
        Credentials.AUTHORIZATION,
        Credentials.bearer(TestIdentity.shared().token("ada", "data-scientist")));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /// `kill -9`.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    channel.shutdownNow();
  }

  void restart() throws IOException {
    process = launch(settings);
    channel = connect(process);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  public static void main(String[] args) throws Exception {
    var properties = new Properties();
    try (var in = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(in);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.forEach((key, value) -> settings.put(key.toString(), value));
    try (var service = PenstockService.named("registry").start(settings)) {
      System.out.println("port " + service.grpcPort());
      // Ends with whoever started it, however that one ends.
      while (System.in.read() >= 0) {}
    }
  }
}
