package io.penstock.kit.service;

import static io.grpc.Status.Code.DEADLINE_EXCEEDED;
import static io.grpc.Status.Code.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import io.penstock.proto.governance.v1.Identity;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DrainIT {

  /// Answers only when told to.
  private static final class SlowService extends AccessServiceGrpc.AccessServiceImplBase {

    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> out) {
      Calls.unary(
          out,
          () -> {
            entered.countDown();
            awaitGoOn();
            return Identity.newBuilder().setPrincipal("slow but sure").build();
          });
    }

    private void awaitGoOn() {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void close_letsTheCallInFlightFinish() throws Exception {
    var slow = new SlowService();
    var service = started(slow);
    var stub = stub(service, "viewer");
    var answer =
        CompletableFuture.supplyAsync(
            () -> stub.whoAmI(WhoAmIRequest.getDefaultInstance()), Thread::startVirtualThread);
    slow.entered.await();

    var closing = CompletableFuture.runAsync(service.running()::close, Thread::startVirtualThread);
    assertNewCallsAreRefused(stub);
    slow.goOn.countDown();

    assertThat(answer.get(10, TimeUnit.SECONDS).getPrincipal()).isEqualTo("slow but sure");
    closing.get(10, TimeUnit.SECONDS);
    service.stop();
  }

  @Test
  @Timeout(20)
  void close_endsTheEndlessStream() throws Exception {
    var probe = new ProbeService();
    var service = started(probe);
    var states = stub(service, "service").watchAccess(WatchAccessRequest.getDefaultInstance());
    assertThat(states.next().getRevision()).isEqualTo(1);
    probe.lingering.await();

    service.running().close();

    assertThatThrownBy(states::hasNext).satisfies(Failures.with(UNAVAILABLE, "SERVICE_STOPPING"));
    service.stop();
  }

  @Test
  @Timeout(20)
  void close_twice() throws Exception {
    var service = started(new ProbeService());

    service.running().close();
    service.running().close();

    service.stop();
  }

  // A call that slips in before the listener is gone lingers until its own deadline; from then on
  // none gets in.
  private static void assertNewCallsAreRefused(AccessServiceBlockingStub stub) {
    StatusRuntimeException refusal;
    do {
      refusal = refusal(stub.withDeadlineAfter(200, TimeUnit.MILLISECONDS));
    } while (refusal.getStatus().getCode() == DEADLINE_EXCEEDED);
    assertThat(refusal.getStatus().getCode()).isEqualTo(UNAVAILABLE);
  }

  private static StatusRuntimeException refusal(AccessServiceBlockingStub stub) {
    try {
      stub.whoAmI(WhoAmIRequest.getDefaultInstance());
      throw new AssertionError("a call that cannot end ended");
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  private static ServiceExtension started(Object bean) throws InterruptedException {
    var service = ServiceExtension.of("draining").withoutDatabase().withBean(bean);
    service.begin();
    return service;
  }

  private static AccessServiceBlockingStub stub(ServiceExtension service, String role) {
    return AccessServiceGrpc.newBlockingStub(service.channel("ada", role));
  }
}
