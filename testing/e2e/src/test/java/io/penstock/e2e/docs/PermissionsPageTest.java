package io.penstock.e2e.docs;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.access.AccessRule;
import io.penstock.kit.access.BuiltInRoles;
import io.penstock.kit.access.PermissionSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PermissionsPageTest {

  /// Demanded by an RPC that is not ours: OTLP's export of spans.
  private static final Set<String> FOREIGN = Set.of("telemetry.write");

  @Test
  void page_saysWhatTheContractSays() {
    var documented = PermissionTable.documented();
    var contract = PermissionTable.ofContract();
    assertThat(documented.roles()).isEqualTo(contract.roles());
    Agreement.check(PermissionTable.PAGE, documented.rows(), contract.rows());
  }

  @Test
  void everyRpc_declaresWhoMayCallIt() {
    assertThat(ContractFiles.methods())
        .isNotEmpty()
        .allSatisfy(
            method -> assertThat(AccessRule.of(method)).as(method.getFullName()).isPresent());
  }

  @Test
  void everyPermissionOfARole_isDemandedSomewhere() {
    var demanded = demanded().collect(toSet());
    demanded.addAll(FOREIGN);
    var patterns = BuiltInRoles.load().values().stream().flatMap(role -> role.patterns().stream());
    assertThat(patterns.distinct())
        .allSatisfy(
            pattern ->
                assertThat(demanded)
                    .as(pattern)
                    .anyMatch(new PermissionSet(Set.of(pattern))::holds));
  }

  @Test
  void everyPermissionDemanded_isHeldBySomeoneBesidesAdmin() {
    var roles = BuiltInRoles.load();
    var administrative = Set.of("access.write", "gates.write", "imports.write");
    assertThat(demanded().distinct().filter(permission -> !administrative.contains(permission)))
        .allSatisfy(
            permission ->
                assertThat(roles)
                    .as(permission)
                    .anySatisfy(
                        (role, permissions) -> {
                          assertThat(role).isNotEqualTo("admin");
                          assertThat(permissions.holds(permission)).isTrue();
                        }));
  }

  private static Stream<String> demanded() {
    return ContractFiles.methods().stream()
        .map(AccessRule::of)
        .flatMap(Optional::stream)
        .map(AccessRule::permission)
        .filter(permission -> !permission.isEmpty());
  }
}
