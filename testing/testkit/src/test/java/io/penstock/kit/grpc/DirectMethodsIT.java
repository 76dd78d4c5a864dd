package io.penstock.kit.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.Identity;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.proto.governance.v1.ListBindingsResponse;
import io.penstock.proto.governance.v1.ListRolesRequest;
import io.penstock.proto.governance.v1.ListRolesResponse;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.testkit.ServiceExtension;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DirectMethodsIT {

  /// Answers with the kind of thread that it runs on.
  private static final class Threads extends AccessServiceGrpc.AccessServiceImplBase {

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> out) {
      Calls.unary(out, () -> Identity.newBuilder().setPrincipal(kindOfThread()).build());
    }

    @Override
    public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> out) {
      Calls.unary(
          out,
          () -> {
            var response = ListRolesResponse.newBuilder();
            response.addRolesBuilder().setName(kindOfThread());
            return response.build();
          });
    }

    @Override
    public void listBindings(
        ListBindingsRequest request, StreamObserver<ListBindingsResponse> out) {
      Calls.later(
          out,
          CompletableFuture.supplyAsync(() -> ListBindingsResponse.getDefaultInstance())
              .thenApply(_ -> refuse()));
    }

    private static ListBindingsResponse refuse() {
      throw InvalidArguments.of("page_token", "was wrong");
    }

    private static String kindOfThread() {
      return Thread.currentThread().isVirtual() ? "virtual" : "transport";
    }
  }

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("direct")
          .withoutDatabase()
          .withBean(new Threads())
          .withBean(new DirectMethods(Set.of("penstock.governance.v1.AccessService/WhoAmI")));

  @Test
  void failure_thatComesLater_isAnsweredLikeAnyOther() {
    var stub = AccessServiceGrpc.newBlockingStub(service.channel("ada", "admin"));

    assertThatThrownBy(() -> stub.listBindings(ListBindingsRequest.getDefaultInstance()))
        .hasMessageStartingWith("INVALID_ARGUMENT")
        .hasMessageContaining("was wrong");
  }

  @Test
  void call_runsOnTheTransport_onceItsCallerIsKnown() {
    var stub = AccessServiceGrpc.newBlockingStub(service.channel("grace", "admin"));
    var request = WhoAmIRequest.getDefaultInstance();

    assertThat(stub.whoAmI(request).getPrincipal()).isEqualTo("virtual");
    assertThat(stub.whoAmI(request).getPrincipal()).isEqualTo("transport");
    assertThat(stub.listRoles(ListRolesRequest.getDefaultInstance()).getRoles(0).getName())
        .isEqualTo("virtual");
  }
}
