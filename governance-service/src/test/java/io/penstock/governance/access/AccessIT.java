package io.penstock.governance.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.penstock.governance.RunningGovernance;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.CreateApiKeyRequest;
import io.penstock.proto.governance.v1.CreateApiKeyResponse;
import io.penstock.proto.governance.v1.CreateBindingRequest;
import io.penstock.proto.governance.v1.DeleteBindingRequest;
import io.penstock.proto.governance.v1.DeleteRoleRequest;
import io.penstock.proto.governance.v1.Identity;
import io.penstock.proto.governance.v1.ListApiKeysRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.proto.governance.v1.ListRolesRequest;
import io.penstock.proto.governance.v1.PutRoleRequest;
import io.penstock.proto.governance.v1.RevokeApiKeyRequest;
import io.penstock.proto.governance.v1.Role;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccessIT {

  @RegisterExtension static final ServiceExtension governance = RunningGovernance.fresh();

  private AccessServiceBlockingStub admin;

  @BeforeEach
  void stub() {
    admin = access(governance.channel("root", "admin"));
  }

  private static AccessServiceBlockingStub access(Channel channel) {
    return AccessServiceGrpc.newBlockingStub(channel);
  }

  @Test
  void whoAmI_writesPermissionsOut() {
    var ada = whoAmI(governance.channel("ada", "approver"));
    assertThat(ada.getPrincipal()).isEqualTo("ada");
    assertThat(ada.getRolesList()).containsExactly("approver");
    assertThat(ada.getPermissionsList())
        .contains("approvals.read", "approvals.write", "models.read")
        .doesNotContain("models.promote", "*")
        .isSorted();
    assertThat(whoAmI(governance.channel("root", "admin")).getPermissionsList())
        .contains("models.promote", "access.write");
  }

  @Test
  void binding_worksAtOnce_andUntilItIsDeleted() {
    var newcomer = governance.channel("nora");
    assertThatThrownBy(() -> whoAmI(newcomer))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
    var binding = bind("nora", "roles/viewer");
    assertThat(binding.getCreatedBy()).isEqualTo("root");
    assertThat(whoAmI(newcomer).getRolesList()).containsExactly("viewer");
    assertThat(bind("nora", "roles/viewer")).isEqualTo(binding);
    assertThat(
            admin
                .listBindings(ListBindingsRequest.newBuilder().setPrincipal("nora").build())
                .getBindingsList())
        .containsExactly(binding);
    unbind(binding.getName());
    assertThatThrownBy(() -> whoAmI(newcomer))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
    assertThatThrownBy(() -> unbind(binding.getName()))
        .satisfies(Failures.with(Code.NOT_FOUND, "BINDING_NOT_FOUND"));
  }

  @Test
  void customRole_isPutChangedAndDeleted() {
    put("roles/gatekeeper", "gates.*", "self.read");
    var binding = bind("kim", "roles/gatekeeper");
    var kim = governance.channel("kim");
    assertThat(whoAmI(kim).getPermissionsList())
        .containsExactly("gates.evaluate", "gates.read", "gates.write", "self.read");
    put("roles/gatekeeper", "self.read");
    assertThat(whoAmI(kim).getPermissionsList()).containsExactly("self.read");
    assertThat(
            admin.listRoles(ListRolesRequest.getDefaultInstance()).getRolesList().stream()
                .map(Role::getName))
        .contains("roles/gatekeeper", "roles/admin")
        .isSorted();
    assertThatThrownBy(() -> delete("roles/gatekeeper"))
        .satisfies(Failures.with(Code.FAILED_PRECONDITION, "ROLE_IN_USE"));
    unbind(binding.getName());
    delete("roles/gatekeeper");
    assertThatThrownBy(() -> delete("roles/gatekeeper"))
        .satisfies(Failures.with(Code.NOT_FOUND, "ROLE_NOT_FOUND"));
  }

  @Test
  void builtInRole_cannotBeChanged() {
    assertThatThrownBy(() -> put("roles/viewer", "self.read"))
        .satisfies(Failures.with(Code.FAILED_PRECONDITION, "ROLE_BUILT_IN"));
    assertThatThrownBy(() -> delete("roles/admin"))
        .satisfies(Failures.with(Code.FAILED_PRECONDITION, "ROLE_BUILT_IN"));
  }

  @Test
  void apiKey_worksUntilItIsRevoked() {
    var created = createKey("shop", "roles/client");
    assertThat(created.getSecret()).matches("pk_[0-9A-Za-z]{43}");
    var shop = whoAmI(governance.withCredential(created.getSecret()));
    assertThat(shop.getPrincipal()).isEqualTo("shop");
    assertThat(shop.getRolesList()).containsExactly("client");
    var lifetime =
        created.getApiKey().getExpireTime().getSeconds()
            - created.getApiKey().getCreateTime().getSeconds();
    assertThat(lifetime).isEqualTo(Duration.ofDays(90).toSeconds());
    var revoked = revoke(created.getApiKey().getName());
    assertThat(revoked.hasRevokeTime()).isTrue();
    assertThat(revoke(created.getApiKey().getName())).isEqualTo(revoked);
    assertThatThrownBy(() -> whoAmI(governance.withCredential(created.getSecret())))
        .satisfies(Failures.with(Code.UNAUTHENTICATED, "TOKEN_INVALID"));
    assertThat(admin.listApiKeys(ListApiKeysRequest.getDefaultInstance()).getApiKeysList())
        .contains(revoked);
  }

  @Test
  void apiKey_expires() throws InterruptedException {
    long soon = System.currentTimeMillis() / 1000 + 2;
    var created =
        admin.createApiKey(
            CreateApiKeyRequest.newBuilder()
                .setPrincipal("brief")
                .addRoles("roles/client")
                .setExpireTime(Timestamp.newBuilder().setSeconds(soon))
                .build());
    var brief = governance.withCredential(created.getSecret());
    assertThat(whoAmI(brief).getPrincipal()).isEqualTo("brief");
    Eventually.become(
        Duration.ofSeconds(5),
        () -> {
          try {
            whoAmI(brief);
            return false;
          } catch (io.grpc.StatusRuntimeException e) {
            return e.getStatus().getCode() == Code.UNAUTHENTICATED;
          }
        });
  }

  @Test
  void secret_isStoredNowhere() throws InterruptedException {
    var created = createKey("vault", "roles/client");
    var audit = AuditServiceGrpc.newBlockingStub(governance.channel("root", "admin"));
    var request =
        ListAuditEntriesRequest.newBuilder().setResource(created.getApiKey().getName()).build();
    Eventually.become(
        Duration.ofSeconds(10), () -> audit.listAuditEntries(request).getEntriesCount() == 1);
    var event = audit.listAuditEntries(request).getEntries(0).getEvent();
    assertThat(event.getMethod()).isEqualTo("penstock.governance.v1.AccessService/CreateApiKey");
    assertThat(event.getPrincipal()).isEqualTo("root");
    assertThat(event.toString()).contains("vault").doesNotContain(created.getSecret());
  }

  @Test
  void escalation_isRefused() {
    put("roles/access-keeper", "access.*", "self.read", "models.read");
    bind("hal", "roles/access-keeper");
    var hal = access(governance.channel("hal"));
    ThrowingCallable[] attempts = {
      () -> bind(hal, "hal", "roles/admin"),
      () -> put(hal, "roles/sneaky", "models.promote"),
      () -> put(hal, "roles/sneaky", "*"),
      () -> put(hal, "roles/sneaky", "models.*"),
      () -> createKey(hal, "app", "roles/admin"),
    };
    for (var attempt : attempts) {
      assertThatThrownBy(attempt).satisfies(Failures.with(Code.PERMISSION_DENIED, "ESCALATION"));
    }
    put(hal, "roles/fair", "models.read", "access.read");
    bind(hal, "ivy", "roles/fair");
  }

  // A key speaks in its principal's name: one for somebody mightier would lend their bindings.
  @Test
  void escalation_throughAnothersName_isRefused() {
    put("roles/key-maker", "access.write", "self.read");
    bind("mel", "roles/key-maker");
    bind("boss", "roles/ml-engineer");
    assertThatThrownBy(
            () -> createKey(access(governance.channel("mel")), "boss", "roles/key-maker"))
        .satisfies(
            Failures.with(
                Code.PERMISSION_DENIED,
                "ESCALATION",
                status -> assertThat(status.metadata().get("missing")).contains("models.*")));
  }

  @Test
  void watch_sendsTheWholeStateAtOnceAndAfterEachChange() throws Exception {
    BlockingQueue<AccessState> states = new LinkedBlockingQueue<>();
    try (var context = Context.current().withCancellation()) {
      var watcher = access(governance.channel("service/inference", "service"));
      var reading =
          Thread.startVirtualThread(
              context.wrap(
                  () -> {
                    try {
                      watcher
                          .watchAccess(WatchAccessRequest.getDefaultInstance())
                          .forEachRemaining(states::add);
                    } catch (io.grpc.StatusRuntimeException cancelled) {
                      // As the test ends.
                    }
                  }));
      var first = next(states);
      var key = createKey("watched", "roles/client");
      var second = next(states);
      assertThat(second.getRevision()).isGreaterThan(first.getRevision());
      assertThat(second.getApiKeysList())
          .anyMatch(active -> active.getPrincipal().equals("watched"));
      long before = System.nanoTime();
      revoke(key.getApiKey().getName());
      var third = next(states);
      assertThat(third.getApiKeysList())
          .noneMatch(active -> active.getPrincipal().equals("watched"));
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
      context.cancel(null);
      reading.join();
    }
  }

  // Another replica's change is only in the database.
  @Test
  void changeAtAnotherReplica_isNoticedWithinASecond() throws InterruptedException {
    var jdbi = governance.bean(org.jdbi.v3.core.Jdbi.class);
    jdbi.useTransaction(
        handle -> {
          handle.execute("update access_revision set revision = revision + 1");
          handle.execute(
              "insert into bindings values (gen_random_uuid(), 'zoe', 'viewer', now(), 'elsewhere')");
        });
    var zoe = governance.channel("zoe");
    Eventually.become(Duration.ofSeconds(1), () -> whoAmI(zoe).getRolesList().contains("viewer"));
  }

  @Test
  void concurrentBindings_giveOneBinding() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Binding>> calls =
          IntStream.range(0, 16)
              .<Callable<Binding>>mapToObj(_ -> () -> bind("many", "roles/viewer"))
              .toList();
      var names = new HashSet<String>();
      for (Future<Binding> binding : threads.invokeAll(calls)) {
        names.add(binding.get().getName());
      }
      assertThat(names).hasSize(1);
    }
  }

  @Test
  void badInput_namesTheField() {
    assertInvalid("role.name", () -> put("viewer", "self.read"));
    assertInvalid("role.name", () -> put("roles/Upper", "self.read"));
    assertInvalid("role.permissions", () -> put("roles/empty"));
    assertThatThrownBy(() -> put("roles/typo", "models.promte"))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> {
                  assertThat(status.violations().getFirst().field())
                      .isEqualTo("role.permissions[0]");
                  assertThat(status.message()).contains("nearest is 'models.promote'");
                }));
    assertInvalid("binding.principal", () -> bind("two words", "roles/viewer"));
    assertInvalid("binding.role", () -> bind("ada", "viewer"));
    assertThatThrownBy(() -> bind("ada", "roles/unknown"))
        .satisfies(Failures.with(Code.NOT_FOUND, "ROLE_NOT_FOUND"));
    assertInvalid("principal", () -> createKey("", "roles/client"));
    assertInvalid("roles", () -> createKey("app"));
    assertInvalid("roles[0]", () -> createKey("app", "client"));
    assertInvalid("name", () -> revoke("apiKeys/1"));
    assertInvalid("name", () -> unbind("apiKeys/1"));
    assertThatThrownBy(() -> revoke("apiKeys/00000000-0000-0000-0000-000000000000"))
        .satisfies(Failures.with(Code.NOT_FOUND, "API_KEY_NOT_FOUND"));
    assertInvalid(
        "expire_time",
        () ->
            admin.createApiKey(
                CreateApiKeyRequest.newBuilder()
                    .setPrincipal("late")
                    .addRoles("roles/client")
                    .setExpireTime(Timestamp.newBuilder().setSeconds(1))
                    .build()));
  }

  private static void assertInvalid(String field, ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo(field)));
  }

  private static AccessState next(BlockingQueue<AccessState> states) throws InterruptedException {
    var state = states.poll(5, TimeUnit.SECONDS);
    assertThat(state).isNotNull();
    return state;
  }

  private static Identity whoAmI(Channel channel) {
    return access(channel).whoAmI(WhoAmIRequest.getDefaultInstance());
  }

  private Role put(String name, String... permissions) {
    return put(admin, name, permissions);
  }

  private static Role put(AccessServiceBlockingStub as, String name, String... permissions) {
    return as.putRole(
        PutRoleRequest.newBuilder()
            .setRole(Role.newBuilder().setName(name).addAllPermissions(List.of(permissions)))
            .build());
  }

  private void delete(String name) {
    var _ = admin.deleteRole(DeleteRoleRequest.newBuilder().setName(name).build());
  }

  private Binding bind(String principal, String role) {
    return bind(admin, principal, role);
  }

  private static Binding bind(AccessServiceBlockingStub as, String principal, String role) {
    return as.createBinding(
        CreateBindingRequest.newBuilder()
            .setBinding(Binding.newBuilder().setPrincipal(principal).setRole(role))
            .build());
  }

  private void unbind(String name) {
    var _ = admin.deleteBinding(DeleteBindingRequest.newBuilder().setName(name).build());
  }

  private CreateApiKeyResponse createKey(String principal, String... roles) {
    return createKey(admin, principal, roles);
  }

  private static CreateApiKeyResponse createKey(
      AccessServiceBlockingStub as, String principal, String... roles) {
    return as.createApiKey(
        CreateApiKeyRequest.newBuilder()
            .setPrincipal(principal)
            .addAllRoles(List.of(roles))
            .build());
  }

  private io.penstock.proto.governance.v1.ApiKey revoke(String name) {
    return admin.revokeApiKey(RevokeApiKeyRequest.newBuilder().setName(name).build());
  }
}
