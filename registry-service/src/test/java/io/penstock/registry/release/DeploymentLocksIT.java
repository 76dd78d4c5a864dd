package io.penstock.registry.release;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.event.v1.Variant;
import io.penstock.registry.FakePeers;
import io.penstock.registry.LockWaits;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DeploymentLocksIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = peers.registry(() -> directory);

  private RegistryClient ada;

  @BeforeEach
  void connect() {
    peers.pass();
    ada = RegistryClient.of(registry, "ada");
  }

  // A deletion takes the model and then its versions. A deployment that took a version first and
  // the model with its first row would wait for it in a circle.
  @Test
  void deploy_whileTheModelIsBeingDeleted_waitsBeforeItHoldsAnything() throws Exception {
    var version = ada.newProductionVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var model = version.getName().split("/")[1];
    try (var deletion = registry.bean(Jdbi.class).open()) {
      deletion.begin();
      lock(deletion, "select 1 from model where id = ? for update", model);
      var deployment =
          CompletableFuture.runAsync(() -> ada.deploy(version, Variant.VARIANT_PRIMARY, 100));
      LockWaits.await(deletion);

      lock(deletion, "select 1 from model_version where model = ? for update nowait", model);
      deletion.execute("update model_version set stage = 'ARCHIVED' where model = ?", model);
      deletion.commit();

      assertThat(deployment.handle((_, failure) -> failure).join().getCause())
          .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_NOT_IN_PRODUCTION"));
    }
  }

  private static void lock(Handle handle, String sql, String model) {
    assertThat(handle.select(sql, model).mapTo(int.class).list()).isNotEmpty();
  }
}
