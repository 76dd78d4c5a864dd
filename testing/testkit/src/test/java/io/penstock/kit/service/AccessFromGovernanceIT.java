package io.penstock.kit.service;

import static io.grpc.Status.Code.PERMISSION_DENIED;
import static io.grpc.Status.Code.UNAUTHENTICATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.ActiveApiKey;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.proto.governance.v1.ListBindingsResponse;
import io.penstock.proto.governance.v1.Role;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class AccessFromGovernanceIT {

  /// Sends whatever states the test puts into its queue.
  private static final class Governance extends AccessServiceGrpc.AccessServiceImplBase {

    final BlockingQueue<AccessState> states = new LinkedBlockingQueue<>();

    @Override
    public void watchAccess(WatchAccessRequest request, StreamObserver<AccessState> out) {
      Calls.stream(
          out,
          writer -> {
            while (writer.isOpen()) {
              writer.write(states.take());
            }
          });
    }
  }

  private static final Governance governance = new Governance();

  @RegisterExtension
  static final ServiceExtension server =
      ServiceExtension.of("governance").withoutDatabase().withBean(governance);

  @RegisterExtension
  static final ServiceExtension follower =
      ServiceExtension.of("follower")
          .withoutDatabase()
          .with("penstock.peers.governance", server::address)
          .withBean(new Lister());

  private static final class Lister extends AccessServiceGrpc.AccessServiceImplBase {

    @Override
    public void whoAmI(
        WhoAmIRequest request, StreamObserver<io.penstock.proto.governance.v1.Identity> out) {
      new ProbeService().whoAmI(request, out);
    }

    @Override
    public void listBindings(
        ListBindingsRequest request, StreamObserver<ListBindingsResponse> out) {
      Calls.unary(out, ListBindingsResponse::getDefaultInstance);
    }
  }

  @Test
  void follow_rolesBindingsAndKeys() throws Exception {
    var keeper = Role.newBuilder().setName("roles/keeper").addPermissions("access.read").build();
    var binding = Binding.newBuilder().setPrincipal("ada").setRole("roles/keeper").build();
    publish(AccessState.newBuilder().setRevision(1));
    assertThatThrownBy(this::adaLists)
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
    assertThatThrownBy(() -> callerOf("pk_secret"))
        .satisfies(Failures.with(UNAUTHENTICATED, "TOKEN_INVALID"));

    publish(
        AccessState.newBuilder()
            .setRevision(2)
            .addRoles(keeper)
            .addBindings(binding)
            .addApiKeys(
                ActiveApiKey.newBuilder()
                    .setSecretSha256(sha256("pk_secret"))
                    .setPrincipal("apiKeys/7")
                    .addRoles("client")));
    adaLists();
    assertThat(callerOf("pk_secret")).isEqualTo("apiKeys/7");

    publish(AccessState.newBuilder().setRevision(3));
    assertThatThrownBy(this::adaLists)
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  private void publish(AccessState.Builder state) throws InterruptedException {
    governance.states.add(state.build());
    for (int i = 0; i < 200 && revision() != state.getRevision(); i++) {
      TimeUnit.MILLISECONDS.sleep(25);
    }
    assertThat(revision()).isEqualTo(state.getRevision());
  }

  private static long revision() {
    return follower.bean(AccessDirectory.class).snapshot().revision();
  }

  private void adaLists() {
    AccessServiceGrpc.newBlockingStub(follower.channel("ada", "viewer"))
        .listBindings(ListBindingsRequest.getDefaultInstance());
  }

  private static String callerOf(String apiKey) {
    return AccessServiceGrpc.newBlockingStub(follower.withCredential(apiKey))
        .whoAmI(WhoAmIRequest.getDefaultInstance())
        .getPrincipal();
  }

  private static ByteString sha256(String secret) throws Exception {
    return ByteString.copyFrom(
        MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
  }
}
