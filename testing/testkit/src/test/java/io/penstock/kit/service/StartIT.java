package io.penstock.kit.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.grpc.Peers;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartIT {

  @Test
  void start_unknownKey() {
    var service = ServiceExtension.of("probe").withoutDatabase().with("penstock.grpc.prot", 1);

    assertThatThrownBy(service::begin)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("penstock.grpc.prot (did you mean penstock.grpc.port?)");
  }

  @Test
  void start_invalidValue() {
    var service = ServiceExtension.of("probe").withoutDatabase().with("penstock.grpc.port", 70000);

    assertThatThrownBy(service::begin).hasStackTraceContaining("penstock.grpc.port was 70000");
  }

  @Test
  void start_withoutIssuerKeys() {
    var service = ServiceExtension.of("probe").withoutDatabase().without("penstock.identity.jwks");

    assertThatThrownBy(service::begin).hasStackTraceContaining("penstock.identity.jwks is missing");
  }

  @Test
  void start_twoInOneJvm() throws InterruptedException {
    var one = ServiceExtension.of("one").withoutDatabase().withBean(new ProbeService());
    var two = ServiceExtension.of("two").withoutDatabase().withBean(new ProbeService());
    one.begin();
    two.begin();

    assertThat(one.running().grpcPort()).isNotEqualTo(two.running().grpcPort());
    assertThat(one.bean(ServiceName.class).value()).isEqualTo("one");
    assertThat(two.bean(ServiceName.class).value()).isEqualTo("two");
    one.stop();
    assertThat(
            AccessServiceGrpc.newBlockingStub(two.channel("ada", "viewer"))
                .whoAmI(WhoAmIRequest.getDefaultInstance())
                .getPrincipal())
        .isEqualTo("ada");
    two.stop();
  }

  @Test
  void readiness_waitsForARequiredPeer() throws Exception {
    var peer = ServiceExtension.of("peer").withoutDatabase().withBean(new ProbeService());
    peer.begin();
    var address = peer.address();
    peer.stop();
    var service =
        ServiceExtension.of("waiting")
            .withoutDatabase()
            .withoutAwaitingReady()
            .with("penstock.peers.peer", address);
    service.begin();
    var readiness = service.bean(Readiness.class);
    service.bean(Peers.class).require("peer");

    assertThat(eventually(readiness, address)).isTrue();
    var back =
        ServiceExtension.of("peer")
            .withoutDatabase()
            .withBean(new ProbeService())
            .with("penstock.grpc.port", address.substring(address.indexOf(':') + 1));
    back.begin();
    assertThat(service.running().awaitReady(Duration.ofSeconds(30))).isTrue();
    assertThat(
            AccessServiceGrpc.newBlockingStub(service.bean(Peers.class).channel("peer"))
                .whoAmI(WhoAmIRequest.getDefaultInstance())
                .getPrincipal())
        .isEqualTo("service/waiting");
    service.stop();
    back.stop();
  }

  private static boolean eventually(Readiness readiness, String words) throws InterruptedException {
    for (int i = 0; i < 100 && !readiness.waitingFor().toString().contains(words); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return readiness.waitingFor().toString().contains(words);
  }
}
