package io.penstock.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.penstock.e2e.docs.PermissionTable;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.HttpBinding;
import io.penstock.gateway.contract.Rpc;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Calls every RPC in every role, in all ways that lead to it, and holds what happens against
/// docs/permissions.md.
@ExtendWith(SharedSuite.class)
class PermissionsIT {

  private static final PermissionTable TABLE = PermissionTable.documented();
  private static final List<Rpc> RPCS = Contract.load().rpcs();

  private static final Set<Code> REFUSED = Set.of(Code.PERMISSION_DENIED, Code.UNAUTHENTICATED);

  /// What the contract declares and says that it refuses to everybody.
  private static final Set<String> NOT_OFFERED =
      Set.of("inference.GRPCInferenceService/CudaSharedMemoryRegister");

  /// What no request, empty or not, may bring about in a suite that is well.
  private static final Set<Code> BROKEN =
      Set.of(
          Code.INTERNAL,
          Code.UNKNOWN,
          Code.DATA_LOSS,
          Code.UNAVAILABLE,
          Code.UNIMPLEMENTED,
          Code.DEADLINE_EXCEEDED);

  private final RunningSuite suite;

  PermissionsIT(RunningSuite suite) {
    this.suite = suite;
  }

  static Stream<String> roles() {
    return TABLE.roles().stream();
  }

  @Test
  void table_hasEveryRpc() {
    assertThat(TABLE.rpcs())
        .containsExactlyInAnyOrderElementsOf(RPCS.stream().map(Rpc::fullName).toList());
  }

  @ParameterizedTest
  @MethodSource("roles")
  void everyRpc_atTheServiceItself(String role) {
    Client caller = caller(role);
    compare(role, codes(rpc -> EmptyCall.of(rpc, caller.channel(rpc.peer()))));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void everyRpc_throughTheGateway(String role) {
    Client caller = caller(role);
    compare(role, codes(rpc -> EmptyCall.of(rpc, caller.channel(Client.GATEWAY))));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void everyBinding_overRest(String role) {
    Client caller = caller(role);
    Map<String, String> differences = new TreeMap<>();
    for (Rpc rpc : RPCS) {
      for (HttpBinding binding : rpc.bindings()) {
        int status = statusOf(binding, caller);
        boolean allowed = status != 401 && status != 403;
        if (allowed != TABLE.allows(rpc.fullName(), role) || isBroken(rpc, status)) {
          differences.put(binding.verb() + " " + binding.path(), "answered " + status);
        }
      }
    }
    assertThat(differences).as("role %s", role).isEmpty();
  }

  /// Open inference servers say by 503 that a model is not ready.
  private static boolean isBroken(Rpc rpc, int status) {
    boolean refused = status == 501 && NOT_OFFERED.contains(rpc.fullName());
    return status >= 500 && status != 503 && !refused;
  }

  @Test
  void everyRpc_withATokenWithoutRoles() {
    Client caller = suite.as("nobody-in-particular");
    codes(rpc -> EmptyCall.of(rpc, caller.channel(rpc.peer())))
        .forEach(
            (rpc, code) ->
                assertThat(code == Code.PERMISSION_DENIED)
                    .as("%s answered %s", rpc, code)
                    .isNotEqualTo(TABLE.allows(rpc, PermissionTable.ANONYMOUS)));
  }

  private Client caller(String role) {
    return role.equals(PermissionTable.ANONYMOUS)
        ? suite.anonymous()
        : suite.as("someone-who-is-" + role, role);
  }

  private static Map<String, Code> codes(Function<Rpc, CompletableFuture<Code>> call) {
    Map<String, CompletableFuture<Code>> calls = new TreeMap<>();
    RPCS.forEach(rpc -> calls.put(rpc.fullName(), call.apply(rpc)));
    Map<String, Code> codes = new TreeMap<>();
    calls.forEach((rpc, code) -> codes.put(rpc, code.join()));
    return codes;
  }

  private static void compare(String role, Map<String, Code> codes) {
    Map<String, Code> differences = new TreeMap<>(codes);
    differences
        .entrySet()
        .removeIf(answer -> isAsDocumented(answer.getKey(), role, answer.getValue()));
    assertThat(differences).as("role %s", role).isEmpty();
  }

  private static boolean isAsDocumented(String rpc, String role, Code code) {
    Code refusal =
        role.equals(PermissionTable.ANONYMOUS) ? Code.UNAUTHENTICATED : Code.PERMISSION_DENIED;
    return TABLE.allows(rpc, role)
        ? !REFUSED.contains(code) && (!BROKEN.contains(code) || isDeclined(rpc, code))
        : code == refusal;
  }

  private static boolean isDeclined(String rpc, Code code) {
    return code == Code.UNIMPLEMENTED && NOT_OFFERED.contains(rpc);
  }

  private static int statusOf(HttpBinding binding, Client caller) {
    BodyPublisher body =
        binding.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString("{}");
    return caller.statusOf(binding.verb(), address(binding), body);
  }

  /// The address of a resource that cannot exist: `/v1/models/-/versions/-:promote`.
  private static String address(HttpBinding binding) {
    return binding
        .path()
        .toString()
        .replaceAll("\\{[^{}=]+}", "-")
        .replaceAll("\\{[^{}=]+=([^{}]+)}", "$1")
        .replace('*', '-');
  }
}
