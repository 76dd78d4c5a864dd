package io.penstock.kit.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.identity.Principal;
import io.penstock.kit.identity.Principal.Kind;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessSnapshotTest {

  @Test
  void allows_builtInRole() {
    var snapshot = AccessSnapshot.builtIn();

    assertThat(snapshot.allows(user("viewer"), "models.read")).isTrue();
    assertThat(snapshot.allows(user("viewer"), "models.promote")).isFalse();
    assertThat(snapshot.allows(user("admin"), "models.promote")).isTrue();
    assertThat(snapshot.allows(user(), "self.read")).isFalse();
    assertThat(snapshot.allows(user("no-such-role"), "self.read")).isFalse();
    assertThat(snapshot.complete()).isFalse();
  }

  @Test
  void rolesOf_addsBindings() {
    var snapshot = AccessSnapshot.of(7, Map.of(), Map.of("ada", Set.of("approver")), Map.of());

    assertThat(snapshot.rolesOf(user("viewer"))).containsExactlyInAnyOrder("viewer", "approver");
    assertThat(snapshot.revision()).isEqualTo(7);
    assertThat(snapshot.complete()).isTrue();
  }

  @Test
  void of_customRoleCannotRedefineABuiltInOne() {
    var everything = new PermissionSet(Set.of("*"));
    var snapshot =
        AccessSnapshot.of(
            1, Map.of("viewer", everything, "keeper", everything), Map.of(), Map.of());

    assertThat(snapshot.allows(user("viewer"), "models.promote")).isFalse();
    assertThat(snapshot.allows(user("keeper"), "models.promote")).isTrue();
  }

  private static Principal user(String... roles) {
    return new Principal("ada", Kind.USER, Set.of(roles));
  }
}
