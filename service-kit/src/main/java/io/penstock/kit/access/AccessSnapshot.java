package io.penstock.kit.access;

import io.penstock.kit.identity.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Everything needed to decide who may do what, as of one moment. Immutable; answers from memory.
public final class AccessSnapshot {

  /// An application's key, known only by the SHA-256 of its secret.
  public record ApiKeyGrant(String principal, Set<String> roles, Instant expires) {
    public ApiKeyGrant {
      roles = Set.copyOf(roles);
    }
  }

  private final long revision;
  private final boolean complete;
  private final Map<String, PermissionSet> roles;
  private final Map<String, Set<String>> bindings;
  private final Map<String, ApiKeyGrant> apiKeys;
  private final Map<Set<String>, PermissionSet> unions = new ConcurrentHashMap<>();

  private AccessSnapshot(
      long revision,
      boolean complete,
      Map<String, PermissionSet> roles,
      Map<String, Set<String>> bindings,
      Map<String, ApiKeyGrant> apiKeys) {
    this.revision = revision;
    this.complete = complete;
    this.roles = Map.copyOf(roles);
    this.bindings = Map.copyOf(bindings);
    this.apiKeys = Map.copyOf(apiKeys);
  }

  /// Only the roles of the contract: what a service knows before it has heard from governance.
  public static AccessSnapshot builtIn() {
    return new AccessSnapshot(0, false, BuiltInRoles.load(), Map.of(), Map.of());
  }

  /// The roles of the contract, and what governance adds to them. A built-in role cannot be
  /// redefined.
  ///
  /// @param customRoles permissions by role
  /// @param bindings roles by principal
  /// @param apiKeys by the hex SHA-256 of their secret
  public static AccessSnapshot of(
      long revision,
      Map<String, PermissionSet> customRoles,
      Map<String, Set<String>> bindings,
      Map<String, ApiKeyGrant> apiKeys) {
    var roles = new HashMap<>(customRoles);
    roles.putAll(BuiltInRoles.load());
    return new AccessSnapshot(revision, true, roles, bindings, apiKeys);
  }

  public long revision() {
    return revision;
  }

  /// False while governance was not heard from, so that an unknown API key may still turn out to be
  /// good.
  public boolean complete() {
    return complete;
  }

  public Map<String, PermissionSet> roles() {
    return roles;
  }

  public Map<String, ApiKeyGrant> apiKeys() {
    return apiKeys;
  }

  /// The roles that the credential carries, with those bound to the principal.
  public Set<String> rolesOf(Principal principal) {
    var bound = bindings.get(principal.name());
    if (bound == null) {
      return principal.roles();
    }
    var all = new HashSet<>(principal.roles());
    all.addAll(bound);
    return all;
  }

  /// Whether a principal with these roles holds the permission.
  public boolean allows(Principal principal, String permission) {
    return permissionsOf(principal.roles()).holds(permission);
  }

  public PermissionSet permissionsOf(Set<String> held) {
    var known = unions.get(held);
    return known == null ? remember(held) : known;
  }

  // Roles come from signed tokens, so their combinations are few; the bound is for the day they are
  // not.
  private PermissionSet remember(Set<String> held) {
    var union =
        PermissionSet.union(held.stream().map(roles::get).filter(Objects::nonNull).toList());
    if (unions.size() < 1_000) {
      unions.put(Set.copyOf(held), union);
    }
    return union;
  }
}
