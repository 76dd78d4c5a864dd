package io.penstock.registry;

import static io.grpc.Status.Code.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// PostgreSQL goes away and comes back while the registry runs.
class RegistryFaultIT {

  private static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();

  private static final String url = postgres.freshDatabase("registry");

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.peers.governance", peers.address())
          .with("penstock.database.url", url)
          .with("penstock.events.url", url);

  @AfterAll
  static void stop() {
    peers.close();
  }

  @Test
  void restart_ofPostgres_isSurvivedByCallsAndFollowers() throws Exception {
    var ada = RegistryClient.of(registry, "ada");
    var model = ada.newModel();
    var first = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    var messages = ada.releases.watchReleases(WatchReleasesRequest.getDefaultInstance());
    assertThat(messages.next().getSynced()).isTrue();

    postgres.stop();
    assertThatThrownBy(ada::newModel)
        .satisfies(Failures.with(UNAVAILABLE, "DEPENDENCY_UNAVAILABLE"));
    assertThatThrownBy(() -> ada.upload(new byte[] {1, 2, 3}))
        .satisfies(Failures.with(UNAVAILABLE, "DEPENDENCY_UNAVAILABLE"));
    postgres.start();

    Eventually.become(Duration.ofSeconds(30), () -> !ada.newModel().isEmpty());
    var release = ada.deploy(first, Variant.VARIANT_PRIMARY, 0);
    assertThat(messages.next().getRelease()).isEqualTo(release);
    var second = ada.newVersion(model, TestOnnx.logistic(1, 1));
    assertThat(second.getName()).endsWith("/versions/2");
    assertThat(ada.upload(new byte[] {1, 2, 3}).getSizeBytes()).isEqualTo(3);
  }
}
