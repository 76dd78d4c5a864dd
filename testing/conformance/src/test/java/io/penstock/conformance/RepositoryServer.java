package io.penstock.conformance;

import io.penstock.conformance.model.ModelRepository;
import io.penstock.inference.rest.RestServer;
import io.penstock.testkit.DeletedTree;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real inference service that serves the suite's models from a directory.
final class RepositoryServer implements BeforeAllCallback, AfterAllCallback {

  private static final String LARGE = "64MB";

  private final Path home;
  private final ServiceExtension service;

  RepositoryServer() {
    try {
      home = Files.createTempDirectory("conformance");
      ModelRepository.write(home.resolve("models"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    service =
        ServiceExtension.of("inference")
            .withoutDatabase()
            .with("penstock.inference.repository.directory", home.resolve("models").toString())
            .with("penstock.inference.cache-directory", home.resolve("cache").toString())
            .with("penstock.inference.shared-memory.enabled", true)
            .with("penstock.inference.rest.host", "127.0.0.1")
            .with("penstock.inference.rest.port", 0)
            .with("penstock.inference.rest.max-body-size", LARGE);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    service.beforeAll(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    service.afterAll(context);
    DeletedTree.delete(home);
  }

  /// `127.0.0.1:port` of gRPC.
  String grpc() {
    return service.address();
  }

  URI http() {
    return URI.create("http://127.0.0.1:" + service.bean(RestServer.class).port());
  }

  /// Who may do all that the cases do.
  static String token() {
    return TestIdentity.shared().token("conformance", "client", "operator");
  }
}
