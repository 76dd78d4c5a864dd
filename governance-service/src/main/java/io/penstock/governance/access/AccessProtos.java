package io.penstock.governance.access;

import com.google.protobuf.ByteString;
import io.penstock.governance.WireTime;
import io.penstock.governance.access.AccessAdministration.ApiKeyRequest;
import io.penstock.kit.access.PermissionSet;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.ActiveApiKey;
import io.penstock.proto.governance.v1.ApiKey;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.CreateApiKeyRequest;
import io.penstock.proto.governance.v1.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Access messages and what they mean inside.
final class AccessProtos {

  private static final Pattern PRINCIPAL = Pattern.compile("[^\\s\\p{Cntrl}]{1,200}");
  private static final int LONGEST_DESCRIPTION = 1000;
  private static final int MOST_PERMISSIONS = 200;

  private AccessProtos() {}

  /// The id behind the collection in the name of a binding or a key.
  static UUID id(String collection, String name) {
    try {
      if (name.startsWith(collection)) {
        return UUID.fromString(name.substring(collection.length()));
      }
    } catch (IllegalArgumentException noUuid) {
      // Said below, as for any other text.
    }
    throw InvalidArguments.of("name", "was '%s', expected %s<uuid>".formatted(name, collection));
  }

  static String principal(String field, String principal) {
    if (!PRINCIPAL.matcher(principal).matches()) {
      throw InvalidArguments.of(
          field, "was '%s', expected 1 to 200 characters without white space".formatted(principal));
    }
    return principal;
  }

  static io.penstock.governance.access.Role fromProto(Role role, KnownPermissions known) {
    RoleName name = RoleName.parse("role.name", role.getName());
    var problems =
        new InvalidArguments()
            .addIf(
                role.getDescription().length() > LONGEST_DESCRIPTION,
                "role.description",
                "holds %d characters, expected at most %d"
                    .formatted(role.getDescription().length(), LONGEST_DESCRIPTION))
            .addIf(
                role.getDescription().indexOf('\0') >= 0,
                "role.description",
                "holds a NUL character")
            .addIf(
                role.getPermissionsCount() == 0 || role.getPermissionsCount() > MOST_PERMISSIONS,
                "role.permissions",
                "holds %d permissions, expected 1 to %d"
                    .formatted(role.getPermissionsCount(), MOST_PERMISSIONS));
    checkPermissions(role, known, problems);
    problems.throwIfAny();
    var permissions = new PermissionSet(new HashSet<>(role.getPermissionsList()));
    return new io.penstock.governance.access.Role(name, role.getDescription(), permissions);
  }

  private static void checkPermissions(
      Role role, KnownPermissions known, InvalidArguments problems) {
    for (int i = 0; i < Math.min(role.getPermissionsCount(), MOST_PERMISSIONS); i++) {
      String permission = role.getPermissions(i);
      if (!known.contains(permission)) {
        problems.add(
            "role.permissions[%d]".formatted(i),
            "was '%s', which no RPC asks for; the nearest is '%s'"
                .formatted(cut(permission), known.nearest(cut(permission))));
      }
    }
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), 100));
  }

  static ApiKeyRequest fromProto(CreateApiKeyRequest request) {
    String principal = principal("principal", request.getPrincipal());
    if (request.getRolesCount() == 0 || request.getRolesCount() > 20) {
      throw InvalidArguments.of(
          "roles", "holds %d roles, expected 1 to 20".formatted(request.getRolesCount()));
    }
    List<RoleName> roles =
        IntStream.range(0, request.getRolesCount())
            .mapToObj(i -> RoleName.parse("roles[%d]".formatted(i), request.getRoles(i)))
            .distinct()
            .sorted()
            .toList();
    return new ApiKeyRequest(
        principal,
        roles,
        request.hasExpireTime()
            ? Optional.of(WireTime.fromProto("expire_time", request.getExpireTime()))
            : Optional.empty());
  }

  static Role toProto(io.penstock.governance.access.Role role) {
    return Role.newBuilder()
        .setName(role.name().toString())
        .setDescription(role.description())
        .addAllPermissions(role.permissions().patterns().stream().sorted().toList())
        .setBuiltIn(role.name().builtIn())
        .build();
  }

  static Binding toProto(io.penstock.governance.access.Binding binding) {
    return Binding.newBuilder()
        .setName(binding.name())
        .setPrincipal(binding.principal())
        .setRole(binding.role().toString())
        .setCreateTime(WireTime.toProto(binding.createTime()))
        .setCreatedBy(binding.createdBy())
        .build();
  }

  static ApiKey toProto(io.penstock.governance.access.ApiKey key) {
    var message =
        ApiKey.newBuilder()
            .setName(key.name())
            .setPrincipal(key.principal())
            .addAllRoles(names(key.roles()))
            .setCreateTime(WireTime.toProto(key.createTime()))
            .setExpireTime(WireTime.toProto(key.expireTime()));
    key.revokeTime().ifPresent(time -> message.setRevokeTime(WireTime.toProto(time)));
    return message.build();
  }

  static AccessState toProto(io.penstock.governance.access.AccessState state) {
    var message = AccessState.newBuilder().setRevision(state.revision());
    state.roles().forEach(role -> message.addRoles(toProto(role)));
    state.bindings().forEach(binding -> message.addBindings(toProto(binding)));
    state.apiKeys().forEach(key -> message.addApiKeys(active(key)));
    return message.build();
  }

  private static ActiveApiKey active(io.penstock.governance.access.ApiKey key) {
    return ActiveApiKey.newBuilder()
        .setSecretSha256(ByteString.copyFrom(key.secretSha256()))
        .setPrincipal(key.principal())
        .addAllRoles(names(key.roles()))
        .setExpireTime(WireTime.toProto(key.expireTime()))
        .build();
  }

  private static List<String> names(List<RoleName> roles) {
    return roles.stream().map(RoleName::toString).toList();
  }
}
