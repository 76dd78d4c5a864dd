package io.penstock.mlflow;

import io.grpc.Channel;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.testkit.DeletedTree;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What stands in for an MLflow server: a real gateway, and behind it a real registry with its
/// database, and governance with the gates of stages.
public final class MlflowServers implements BeforeAllCallback, AfterAllCallback {

  private static final int NO_LIMIT = 1_000_000;

  private final boolean absent;
  private final Path directory = newDirectory();
  private final ServiceExtension governance =
      ServiceExtension.of("governance")
          .with("penstock.governance.log-directory", directory.resolve("log").toString())
          .with("penstock.governance.signing-key-file", directory.resolve("key.pem").toString());
  private final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", directory.toString())
          .with("penstock.peers.governance", governance::address)
          .with("penstock.webhooks.key-file", directory.resolve("webhooks.key").toString());
  private final ServiceExtension gateway =
      ServiceExtension.of("gateway")
          .withoutDatabase()
          .withoutAwaitingReady()
          .with("penstock.gateway.host", "127.0.0.1")
          .with("penstock.gateway.port", 0)
          .with("penstock.gateway.rate-limits.read", NO_LIMIT)
          .with("penstock.gateway.rate-limits.write", NO_LIMIT)
          .with("penstock.gateway.rate-limits.bulk", NO_LIMIT)
          .with("penstock.peers.registry", registry::address)
          .with("penstock.peers.governance", governance::address);

  private MlflowServers(boolean absent) {
    this.absent = absent;
  }

  public static MlflowServers running() {
    return new MlflowServers(false);
  }

  /// With a registry whose database is this one, which the test may take away.
  public static MlflowServers on(PostgresExtension postgres) {
    var servers = new MlflowServers(false);
    var url = postgres.freshDatabase("registry");
    servers.registry.with("penstock.database.url", url).with("penstock.events.url", url);
    return servers;
  }

  /// Starts nothing where another server is asked.
  public static MlflowServers unless(boolean another) {
    return new MlflowServers(another);
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("penstock-mlflow");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    if (!absent) {
      governance.beforeAll(context);
      registry.beforeAll(context);
      gateway.beforeAll(context);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    if (!absent) {
      gateway.afterAll(context);
      registry.afterAll(context);
      governance.afterAll(context);
    }
    DeletedTree.delete(directory);
  }

  /// What MLFLOW_TRACKING_URI is set to.
  public URI gateway() {
    return gateway.bean(EmbeddedServer.class).getURI();
  }

  /// What the registry tells its operators: `/health/ready`.
  public URI registryHealth() {
    return URI.create("http://127.0.0.1:" + registry.running().managementPort() + "/health/ready");
  }

  /// To the registry itself, as somebody who may do everything.
  public Channel registryChannel() {
    return registry.channel("joe", "admin");
  }

  /// The file in the store that holds the bytes of this digest.
  public Path artifact(String sha256) {
    return directory
        .resolve("sha256")
        .resolve(sha256.substring(0, 2))
        .resolve(sha256.substring(2, 4))
        .resolve(sha256);
  }

  /// What MLFLOW_TRACKING_TOKEN is set to: somebody who may do all that the cases do.
  public String token() {
    return token("admin");
  }

  public String bearer() {
    return "Bearer " + token();
  }

  /// Values for the `Authorization` of cases about it.
  public Map<String, String> credentials() {
    if (absent) {
      return Map.of("bearer", "none", "basic", "none", "viewer", "none");
    }
    return Map.of(
        "bearer", bearer(),
        "basic", "Basic " + base64("joe:" + token()),
        "viewer", "Bearer " + token("viewer"));
  }

  private static String token(String role) {
    return TestIdentity.shared().token("joe", role);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
