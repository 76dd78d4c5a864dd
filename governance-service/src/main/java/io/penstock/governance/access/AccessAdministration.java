package io.penstock.governance.access;

import com.google.protobuf.Message;
import io.penstock.governance.GovernanceConfig;
import io.penstock.governance.GovernanceFailure;
import io.penstock.governance.GovernanceFailure.AccessFull;
import io.penstock.governance.GovernanceFailure.ApiKeyUnknown;
import io.penstock.governance.GovernanceFailure.BindingUnknown;
import io.penstock.governance.GovernanceFailure.Escalation;
import io.penstock.governance.GovernanceFailure.RoleBuiltIn;
import io.penstock.governance.GovernanceFailure.RoleInUse;
import io.penstock.governance.GovernanceFailure.RoleUnknown;
import io.penstock.governance.WireTime;
import io.penstock.kit.access.BuiltInRoles;
import io.penstock.kit.access.PermissionSet;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// Changes to who may do what. Each is one transaction with its audit event, serial with all
/// others, and in force here when it returns.
@Singleton
final class AccessAdministration {

  // Every service holds all of this in memory and gets all of it after each change.
  private static final int MOST_ROLES = 500;
  private static final int MOST_BINDINGS = 10_000;
  private static final int MOST_KEYS = 10_000;

  /// A key with the only sight of its secret.
  record NewApiKey(ApiKey key, ApiKeySecret secret) {}

  /// What a key is asked for.
  record ApiKeyRequest(String principal, List<RoleName> roles, Optional<Instant> expireTime) {}

  private final Changes changes;
  private final AccessFeed feed;
  private final GovernanceConfig config;

  AccessAdministration(Changes changes, AccessFeed feed, GovernanceConfig config) {
    this.changes = changes;
    this.feed = feed;
    this.config = config;
  }

  Role putRole(Role role, Message request) {
    requireCustom(role.name());
    requireHeld(role.permissions());
    return commit(
        (change, access) -> {
          boolean another = access.role(role.name()).isEmpty();
          requireRoom("custom roles", MOST_ROLES, another ? access.roles().size() : 0);
          access.put(role);
          change.audit(role.name().toString(), request);
          return role;
        });
  }

  RoleName deleteRole(RoleName name, Message request) {
    requireCustom(name);
    return commit(
        (change, access) -> {
          if (access.role(name).isEmpty()) {
            throw failed(new RoleUnknown(name.toString()));
          }
          requireUnused(name, access);
          access.deleteRole(name);
          change.audit(name.toString(), request);
          return name;
        });
  }

  Binding bind(String principal, RoleName role, Message request) {
    return commit(
        (change, access) -> {
          requireHeld(permissions(access, List.of(role)));
          requireRoom("bindings", MOST_BINDINGS, access.bindings("").size());
          var wanted =
              new Binding(UUID.randomUUID(), principal, role, now(change), caller().name());
          Binding binding = access.putIfAbsent(wanted);
          change.audit(binding.name(), request);
          return binding;
        });
  }

  Binding unbind(UUID id) {
    return commit(
        (change, access) -> {
          Binding binding =
              access
                  .deleteBinding(id)
                  .orElseThrow(() -> failed(new BindingUnknown(Binding.COLLECTION + id)));
          change.audit(
              binding.name(),
              Map.of("principal", binding.principal(), "role", binding.role().toString()));
          return binding;
        });
  }

  NewApiKey createKey(ApiKeyRequest wanted, Message request) {
    var secret = ApiKeySecret.random();
    return commit(
        (change, access) -> {
          requireHeld(permissions(access, wanted.roles()));
          requireHeld(permissions(access, boundTo(wanted.principal(), access)));
          requireRoom("working API keys", MOST_KEYS, access.activeKeys(now(change)).size());
          ApiKey key = key(wanted, secret, now(change));
          access.add(key);
          change.audit(key.name(), request);
          return new NewApiKey(key, secret);
        });
  }

  ApiKey revoke(UUID id, Message request) {
    return commit(
        (change, access) -> {
          ApiKey key =
              access.key(id).orElseThrow(() -> failed(new ApiKeyUnknown(ApiKey.COLLECTION + id)));
          change.audit(key.name(), request);
          if (key.revokeTime().isPresent()) {
            return key;
          }
          access.revoke(id, now(change));
          return key.revoked(now(change));
        });
  }

  private <T> T commit(BiFunction<Change, AccessRepository, T> work) {
    T reply =
        changes.commit(
            change -> {
              var access = new AccessRepository(change.handle());
              access.nextRevision();
              return work.apply(change, access);
            });
    feed.refresh();
    return reply;
  }

  private ApiKey key(ApiKeyRequest wanted, ApiKeySecret secret, Instant now) {
    Instant expires = wanted.expireTime().orElse(now.plus(config.apiKeyValidity()));
    if (!expires.isAfter(now)) {
      throw InvalidArguments.of(
          "expire_time", "was %s, expected a time to come".formatted(expires));
    }
    return new ApiKey(
        UUID.randomUUID(),
        secret.sha256(),
        wanted.principal(),
        wanted.roles(),
        now,
        expires,
        Optional.empty());
  }

  // A key speaks with its principal's name and so holds what is bound to that name, too.
  private static List<RoleName> boundTo(String principal, AccessRepository access) {
    return access.bindings(principal).stream().map(Binding::role).toList();
  }

  private static PermissionSet permissions(AccessRepository access, List<RoleName> roles) {
    return PermissionSet.union(roles.stream().map(role -> permissions(access, role)).toList());
  }

  private static PermissionSet permissions(AccessRepository access, RoleName role) {
    return role.builtIn()
        ? BuiltInRoles.load().getOrDefault(role.id(), PermissionSet.NONE)
        : access
            .role(role)
            .map(Role::permissions)
            .orElseThrow(() -> failed(new RoleUnknown(role.toString())));
  }

  private void requireHeld(PermissionSet given) {
    var held = feed.snapshot().permissionsOf(caller().roles());
    Set<String> missing =
        given.patterns().stream()
            .filter(permission -> !held.holds(permission))
            .collect(Collectors.toSet());
    if (!missing.isEmpty()) {
      throw failed(new Escalation(caller().name(), missing));
    }
  }

  private static void requireCustom(RoleName name) {
    if (name.builtIn()) {
      throw failed(new RoleBuiltIn(name.toString()));
    }
  }

  private static void requireUnused(RoleName name, AccessRepository access) {
    long bindings = access.bindingsOf(name);
    long keys = access.activeKeysOf(name);
    if (bindings + keys > 0) {
      throw failed(new RoleInUse(name.toString(), bindings, keys));
    }
  }

  private static void requireRoom(String kind, int most, int present) {
    if (present >= most) {
      throw failed(new AccessFull(kind, most));
    }
  }

  private static Principal caller() {
    return Caller.current().principal();
  }

  private static Instant now(Change change) {
    return WireTime.stored(change.time());
  }

  private static FailureException failed(GovernanceFailure failure) {
    return new FailureException(failure);
  }
}
