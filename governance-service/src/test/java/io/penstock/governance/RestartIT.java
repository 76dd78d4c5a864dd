package io.penstock.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.CreateBindingRequest;
import io.penstock.proto.governance.v1.GetCheckpointRequest;
import io.penstock.proto.governance.v1.GetConsistencyProofRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RestartIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();

  private final String url = postgres.freshDatabase("governance");
  private final ServiceExtension governance =
      RunningGovernance.fresh().with("penstock.database.url", url).with("penstock.events.url", url);

  // Every acknowledged change must be in the log exactly once, whatever happened to database and
  // service in between.
  @Test
  void databaseAndService_restarted_loseNothing() throws Exception {
    governance.begin();
    try {
      bind("before", 10);
      postgres.restart();
      bind("between", 10);
      awaitEntries(20);
      var checkpoint = audit().getCheckpoint(GetCheckpointRequest.getDefaultInstance());
      governance.stop();
      governance.start();
      assertThat(governance.running().awaitReady(Duration.ofSeconds(30))).isTrue();
      bind("after", 10);
      awaitEntries(30);
      var proof =
          audit()
              .getConsistencyProof(
                  GetConsistencyProofRequest.newBuilder()
                      .setFirstSize(checkpoint.getTreeSize())
                      .build());
      assertThat(proof.getFirstRoot()).isEqualTo(checkpoint.getRootHash());
    } finally {
      governance.stop();
    }
  }

  private void bind(String prefix, int count) throws InterruptedException {
    var access = AccessServiceGrpc.newBlockingStub(governance.channel("root", "admin"));
    for (int i = 0; i < count; i++) {
      var request =
          CreateBindingRequest.newBuilder()
              .setBinding(Binding.newBuilder().setPrincipal(prefix + i).setRole("roles/viewer"))
              .build();
      // A client retries while the database is away; the binding is made once.
      Eventually.become(
          Duration.ofSeconds(20), () -> !access.createBinding(request).getName().isEmpty());
    }
  }

  private void awaitEntries(int bindings) throws InterruptedException {
    var access = AccessServiceGrpc.newBlockingStub(governance.channel("root", "admin"));
    var made = access.listBindings(ListBindingsRequest.getDefaultInstance());
    assertThat(made.getBindingsCount()).isEqualTo(bindings);
    var request = ListAuditEntriesRequest.newBuilder().setPageSize(1000).build();
    Eventually.become(
        Duration.ofSeconds(20),
        () -> {
          var resources = new HashSet<String>();
          audit()
              .listAuditEntries(request)
              .getEntriesList()
              .forEach(entry -> resources.add(entry.getEvent().getResource()));
          return made.getBindingsList().stream()
              .allMatch(binding -> resources.contains(binding.getName()));
        });
  }

  private AuditServiceGrpc.AuditServiceBlockingStub audit() {
    return AuditServiceGrpc.newBlockingStub(governance.channel("root", "admin"));
  }
}
