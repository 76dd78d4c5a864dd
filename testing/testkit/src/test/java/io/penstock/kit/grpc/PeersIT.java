package io.penstock.kit.grpc;

import static io.grpc.Status.Code.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.Identity;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class PeersIT {

  /// Tells who called it, and in which trace.
  private static final class Back extends AccessServiceGrpc.AccessServiceImplBase {

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> out) {
      Calls.unary(
          out,
          () ->
              Identity.newBuilder()
                  .setPrincipal(Caller.current().principal().name())
                  .addRoles(Caller.current().traceId())
                  .build());
    }
  }

  /// Asks its peer, and adds its own trace to the answer.
  private static final class Front extends AccessServiceGrpc.AccessServiceImplBase {

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> out) {
      Calls.unary(
          out,
          () ->
              AccessServiceGrpc.newBlockingStub(front.bean(Peers.class).channel("back"))
                  .whoAmI(request)
                  .toBuilder()
                  .addRoles(Caller.current().traceId())
                  .build());
    }
  }

  @RegisterExtension
  static final ServiceExtension back =
      ServiceExtension.of("back").withoutDatabase().withBean(new Back());

  @RegisterExtension
  static final ServiceExtension front =
      ServiceExtension.of("front")
          .withoutDatabase()
          .withBean(new Front())
          .with("penstock.peers.back", back::address);

  @Test
  void call_carriesTokenAndTrace() {
    var answer = ask();

    assertThat(answer.getPrincipal()).isEqualTo("service/front");
    assertThat(answer.getRoles(0)).matches("[0-9a-f]{32}").isEqualTo(answer.getRoles(1));
  }

  @Test
  void call_whileThePeerIsDown_andAfter() throws InterruptedException {
    var address = back.address();
    back.stop();

    assertThatThrownBy(PeersIT::ask)
        .satisfies(Failures.with(UNAVAILABLE, "DEPENDENCY_UNAVAILABLE"));
    back.startAt(Integer.parseInt(address.substring(address.indexOf(':') + 1)));

    assertThat(askUntilAnswered().getPrincipal()).isEqualTo("service/front");
  }

  private static Identity askUntilAnswered() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      try {
        return ask();
      } catch (io.grpc.StatusRuntimeException e) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    return ask();
  }

  private static Identity ask() {
    return AccessServiceGrpc.newBlockingStub(front.channel("ada", "viewer"))
        .whoAmI(WhoAmIRequest.getDefaultInstance());
  }
}
