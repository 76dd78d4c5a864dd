package io.penstock.kit.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PermissionSetTest {

  @Test
  void holds_exact() {
    var permissions = new PermissionSet(Set.of("models.read"));

    assertThat(permissions.holds("models.read")).isTrue();
    assertThat(permissions.holds("models.readAll")).isFalse();
    assertThat(permissions.holds("models")).isFalse();
  }

  @Test
  void holds_collection() {
    var permissions = new PermissionSet(Set.of("models.*"));

    assertThat(permissions.holds("models.promote")).isTrue();
    assertThat(permissions.holds("modelsX.promote")).isFalse();
    assertThat(permissions.holds("other.models.promote")).isFalse();
  }

  @Test
  void holds_everything() {
    assertThat(new PermissionSet(Set.of("*")).holds("anything.at.all")).isTrue();
    assertThat(PermissionSet.NONE.holds("anything")).isFalse();
  }

  @Test
  void union_holdsWhatEitherHolds() {
    var union =
        PermissionSet.union(
            List.of(new PermissionSet(Set.of("a.read")), new PermissionSet(Set.of("b.*"))));

    assertThat(union.holds("a.read")).isTrue();
    assertThat(union.holds("b.write")).isTrue();
    assertThat(union.holds("a.write")).isFalse();
  }
}
