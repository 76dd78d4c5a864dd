package io.penstock.inference.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A directory beside a registry.
class BothSourcesIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.standAlone(BothSourcesIT::prepared)
          .with("penstock.peers.registry", registry::address);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    try {
      var models = new ModelDirectory(directory.resolve("models"));
      models.version("local", 1, TestOnnx.logistic(1, 1, 2));
      models.version("shared", 1, TestOnnx.logistic(1, 1, 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    registry.serve("remote", registry.version("remote", 5, TestOnnx.logistic(5, 1, 2)));
    registry.serve("shared", registry.version("shared", 7, TestOnnx.logistic(7, 1, 2)));
    return directory;
  }

  @AfterAll
  static void stop() {
    registry.stop();
  }

  @Test
  void bothAreServed_andTheRegistryIsTheStronger() throws Exception {
    assertThat(version("local")).isEqualTo("1");
    assertThat(version("remote")).isEqualTo("5");
    assertThat(version("shared")).isEqualTo("7");
    registry.serve("remote", registry.version("remote", 6, TestOnnx.logistic(6, 1, 2)));
    Eventually.become(SOON, () -> version("remote").equals("6"));
    assertThat(version("local")).isEqualTo("1");
    try (var archived = Files.list(directory.resolve("cache/releases"))) {
      assertThat(archived.map(file -> file.getFileName().toString()))
          .as("the directory is its own archive")
          .containsExactlyInAnyOrder("remote.binpb", "shared.binpb");
    }
  }

  private static String version(String model) {
    return server.infer(Requests.features(model, new float[] {1, 2})).getModelVersion();
  }
}
