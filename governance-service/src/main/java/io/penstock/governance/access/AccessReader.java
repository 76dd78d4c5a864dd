package io.penstock.governance.access;

import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.access.BuiltInRoles;
import io.penstock.kit.identity.Principal;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/// Answers questions about who may do what.
@Singleton
final class AccessReader {

  private static final int MOST_KEYS = 10_000;

  private final Jdbi jdbi;
  private final AccessDirectory directory;
  private final KnownPermissions permissions = KnownPermissions.load();

  AccessReader(Jdbi jdbi, AccessDirectory directory) {
    this.jdbi = jdbi;
    this.directory = directory;
  }

  KnownPermissions permissions() {
    return permissions;
  }

  /// Every permission of the principal by name, no patterns.
  SortedSet<String> permissionsOf(Principal principal) {
    return permissions.heldBy(directory.snapshot().permissionsOf(principal.roles()));
  }

  /// The roles of the contract and the custom ones, by name.
  List<Role> roles() {
    List<Role> custom = jdbi.withHandle(handle -> new AccessRepository(handle).roles());
    return Stream.concat(builtIn(), custom.stream())
        .sorted(Comparator.comparing(Role::name))
        .toList();
  }

  List<Binding> bindings(String principal) {
    return jdbi.withHandle(handle -> new AccessRepository(handle).bindings(principal));
  }

  /// The newest keys, dead ones included.
  List<ApiKey> keys() {
    return jdbi.withHandle(handle -> new AccessRepository(handle).keys(MOST_KEYS));
  }

  private static Stream<Role> builtIn() {
    return BuiltInRoles.load().entrySet().stream()
        .map(role -> new Role(new RoleName(role.getKey()), "Built in", role.getValue()));
  }
}
