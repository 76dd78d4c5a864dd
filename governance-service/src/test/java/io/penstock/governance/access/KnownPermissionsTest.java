package io.penstock.governance.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.access.BuiltInRoles;
import io.penstock.kit.access.PermissionSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownPermissionsTest {

  private final KnownPermissions known = KnownPermissions.load();

  @Test
  void contains_whatTheContractAsksFor() {
    assertThat(known.contains("models.promote")).isTrue();
    assertThat(known.contains("models.*")).isTrue();
    assertThat(known.contains("*")).isTrue();
    assertThat(known.contains("models.promte")).isFalse();
    assertThat(known.contains("nothing.*")).isFalse();
    assertThat(known.contains("")).isFalse();
  }

  @Test
  void nearest_isTheOneMeant() {
    assertThat(known.nearest("models.promte")).isEqualTo("models.promote");
    assertThat(known.nearest("gate.read")).isEqualTo("gates.read");
  }

  @Test
  void heldBy_writesPatternsOut() {
    assertThat(known.heldBy(new PermissionSet(Set.of("approvals.*", "gates.read"))))
        .containsExactly("approvals.read", "approvals.write", "gates.read");
    var everything = known.heldBy(new PermissionSet(Set.of("*")));
    BuiltInRoles.load()
        .values()
        .forEach(role -> assertThat(everything).containsAll(known.heldBy(role)));
  }
}
