package io.penstock.kit.service;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.INTERNAL;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.PERMISSION_DENIED;
import static io.grpc.Status.Code.UNAUTHENTICATED;
import static io.grpc.Status.Code.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Channel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.penstock.kit.access.AccessRule;
import io.penstock.kit.access.ForeignAccess;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.CreateBindingRequest;
import io.penstock.proto.governance.v1.DeleteBindingRequest;
import io.penstock.proto.governance.v1.ListApiKeysRequest;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.proto.governance.v1.ListRolesRequest;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.proto.options.v1.Cost;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CallsThroughTheKitIT {

  @RegisterExtension
  static final ServiceExtension probe =
      ServiceExtension.of("probe")
          .withoutDatabase()
          .withBean(new ProbeService())
          .withBean(new UndeclaredService())
          .withBean(
              new ForeignAccess(
                  Map.of(
                      UndeclaredService.RULED,
                      AccessRule.requiring("telemetry.write", Cost.COST_BULK))));

  @Test
  void call_withPermission() {
    var me = asAda("viewer").whoAmI(WhoAmIRequest.getDefaultInstance());

    assertThat(me.getPrincipal()).isEqualTo("ada");
    assertThat(me.getRolesList()).containsExactly("viewer");
  }

  @Test
  void call_withoutCredential() {
    assertThatThrownBy(() -> stub(probe.anonymous()).whoAmI(WhoAmIRequest.getDefaultInstance()))
        .satisfies(Failures.with(UNAUTHENTICATED, "TOKEN_MISSING"));
  }

  @Test
  void call_signedByAnotherIssuer() {
    var forged = TestIdentity.ed25519().token("ada", "admin");

    assertThatThrownBy(
            () -> stub(probe.withCredential(forged)).whoAmI(WhoAmIRequest.getDefaultInstance()))
        .satisfies(Failures.with(UNAUTHENTICATED, "TOKEN_INVALID"));
  }

  @Test
  void call_withApiKeyBeforeGovernanceWasHeard() {
    assertThatThrownBy(
            () -> stub(probe.withCredential("pk_123")).whoAmI(WhoAmIRequest.getDefaultInstance()))
        .satisfies(Failures.with(UNAVAILABLE, "DEPENDENCY_UNAVAILABLE"));
  }

  @Test
  void call_withoutPermission() {
    assertThatThrownBy(() -> asAda("viewer").listRoles(ListRolesRequest.getDefaultInstance()))
        .satisfies(
            Failures.with(
                PERMISSION_DENIED,
                "PERMISSION_MISSING",
                status ->
                    assertThat(status.metadata())
                        .containsEntry("permission", "access.read")
                        .containsEntry("principal", "ada")));
  }

  @Test
  void call_undeclared() {
    assertThatThrownBy(
            () -> UndeclaredService.call(probe.channel("ada", "admin"), UndeclaredService.UNRULED))
        .satisfies(Failures.with(PERMISSION_DENIED, "METHOD_UNDECLARED"));
  }

  @Test
  void call_foreignWithRule() {
    assertThat(UndeclaredService.call(probe.channel("ada", "admin"), UndeclaredService.RULED))
        .isTrue();
    assertThatThrownBy(
            () -> UndeclaredService.call(probe.channel("ada", "viewer"), UndeclaredService.RULED))
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void bug_answersItsTraceAndNothingElse() {
    assertThatThrownBy(() -> asAda("admin").listRoles(ListRolesRequest.getDefaultInstance()))
        .satisfies(
            Failures.with(
                INTERNAL,
                "INTERNAL",
                status -> {
                  assertThat(status.toString()).doesNotContain("swordfish");
                  assertThat(status.metadata().get("trace_id")).matches("[0-9a-f]{32}");
                }));
  }

  @Test
  void failure_thrown() {
    assertThatThrownBy(() -> asAda("admin").listBindings(ListBindingsRequest.getDefaultInstance()))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .containsExactly(
                            new FieldViolation("principal", "was '', expected a name"))));
  }

  @Test
  void failure_passedToTheObserver() {
    assertThatThrownBy(() -> asAda("admin").listApiKeys(ListApiKeysRequest.getDefaultInstance()))
        .satisfies(Failures.with(ABORTED, "CONFLICT"));
  }

  @Test
  void auditedCall_withAuditEvent() {
    var binding = Binding.newBuilder().setPrincipal("eve").build();

    assertThat(
            asAda("admin")
                .createBinding(CreateBindingRequest.newBuilder().setBinding(binding).build()))
        .isEqualTo(binding);
  }

  @Test
  void auditedCall_withoutAuditEvent() {
    assertThatThrownBy(
            () -> asAda("admin").deleteBinding(DeleteBindingRequest.getDefaultInstance()))
        .satisfies(Failures.with(INTERNAL, "INTERNAL"));
  }

  @Test
  void stream_withoutPermission() {
    assertThatThrownBy(
            () -> asAda("viewer").watchAccess(WatchAccessRequest.getDefaultInstance()).hasNext())
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void health_isOpenToAll() {
    var health =
        HealthGrpc.newBlockingStub(probe.anonymous())
            .check(HealthCheckRequest.getDefaultInstance());

    assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void management_tellsHealthAndMetrics() throws IOException, InterruptedException {
    asAda("viewer").whoAmI(WhoAmIRequest.getDefaultInstance());

    assertThat(get("/health/ready")).contains("READY");
    assertThat(get("/health/live")).contains("UP");
    assertThat(get("/metrics"))
        .contains("rpc_server_call_duration_seconds_bucket{code=\"OK\"")
        .contains("service=\"probe\"");
  }

  private static String get(String path) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:%d%s".formatted(probe.running().managementPort(), path));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static AccessServiceBlockingStub asAda(String role) {
    return stub(probe.channel("ada", role));
  }

  private static AccessServiceBlockingStub stub(Channel channel) {
    return AccessServiceGrpc.newBlockingStub(channel);
  }
}
