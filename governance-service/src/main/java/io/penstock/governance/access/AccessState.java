package io.penstock.governance.access;

import io.penstock.kit.access.AccessSnapshot;
import io.penstock.kit.access.AccessSnapshot.ApiKeyGrant;
import io.penstock.kit.access.PermissionSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Everything that was decided about access as of one revision: what services follow.
///
/// @param roles custom ones
/// @param apiKeys those that work
record AccessState(long revision, List<Role> roles, List<Binding> bindings, List<ApiKey> apiKeys) {

  AccessSnapshot toSnapshot() {
    return AccessSnapshot.of(revision, permissionsByRole(), rolesByPrincipal(), grantsByDigest());
  }

  private Map<String, PermissionSet> permissionsByRole() {
    return roles.stream().collect(Collectors.toMap(role -> role.name().id(), Role::permissions));
  }

  private Map<String, Set<String>> rolesByPrincipal() {
    var byPrincipal = new HashMap<String, Set<String>>();
    for (Binding binding : bindings) {
      byPrincipal
          .computeIfAbsent(binding.principal(), _ -> new HashSet<>())
          .add(binding.role().id());
    }
    return byPrincipal;
  }

  private Map<String, ApiKeyGrant> grantsByDigest() {
    return apiKeys.stream()
        .collect(
            Collectors.toMap(
                key -> HexFormat.of().formatHex(key.secretSha256()), AccessState::grant));
  }

  private static ApiKeyGrant grant(ApiKey key) {
    var roles = key.roles().stream().map(RoleName::id).collect(Collectors.toSet());
    return new ApiKeyGrant(key.principal(), roles, key.expireTime());
  }
}
