package io.penstock.kit.access;

import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.access.AccessSnapshot.ApiKeyGrant;
import io.penstock.kit.grpc.Peers;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.ActiveApiKey;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows governance's `WatchAccess`. Without governance the last state stays in force, and before
/// the first one the roles of the contract do: a governance that is down stops no other service.
@Singleton
@Requires(property = "penstock.peers.governance")
final class FollowedAccessDirectory implements AccessDirectory, AutoCloseable {

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  private final Peers peers;
  private volatile AccessSnapshot snapshot = AccessSnapshot.builtIn();
  private volatile io.grpc.Context.@Nullable CancellableContext watching;
  private @Nullable BackgroundLoop loop;

  FollowedAccessDirectory(Peers peers) {
    this.peers = peers;
  }

  @Override
  public AccessSnapshot snapshot() {
    return snapshot;
  }

  @EventListener
  void started(ServiceStarted event) {
    loop = BackgroundLoop.start("access of " + event.service(), BACKOFF, this::follow);
  }

  @EventListener
  void stopping(ServiceStopping event) {
    close();
  }

  @Override
  public void close() {
    var context = watching;
    if (context != null) {
      context.cancel(null);
    }
    if (loop != null) {
      loop.close();
    }
  }

  // One stream from its first state to its end, which is always a failure: governance never ends it
  // by itself.
  private Duration follow() throws Exception {
    try (var context = io.grpc.Context.ROOT.withCancellation()) {
      watching = context;
      context.call(
          () -> {
            AccessServiceGrpc.newBlockingStub(peers.channel("governance"))
                .watchAccess(WatchAccessRequest.getDefaultInstance())
                .forEachRemaining(state -> snapshot = read(state));
            return snapshot;
          });
    } finally {
      watching = null;
    }
    return Duration.ofMillis(100);
  }

  static AccessSnapshot read(AccessState state) {
    var roles = new HashMap<String, PermissionSet>();
    state
        .getRolesList()
        .forEach(
            role ->
                roles.put(
                    roleId(role.getName()),
                    new PermissionSet(new HashSet<>(role.getPermissionsList()))));
    var bindings = new HashMap<String, Set<String>>();
    state
        .getBindingsList()
        .forEach(
            binding ->
                bindings
                    .computeIfAbsent(binding.getPrincipal(), _ -> new HashSet<>())
                    .add(roleId(binding.getRole())));
    return AccessSnapshot.of(state.getRevision(), roles, bindings, apiKeys(state));
  }

  private static Map<String, ApiKeyGrant> apiKeys(AccessState state) {
    var keys = new HashMap<String, ApiKeyGrant>();
    for (ActiveApiKey key : state.getApiKeysList()) {
      var roles = new HashSet<String>();
      key.getRolesList().forEach(role -> roles.add(roleId(role)));
      keys.put(
          HexFormat.of().formatHex(key.getSecretSha256().toByteArray()),
          new ApiKeyGrant(key.getPrincipal(), roles, expiry(key)));
    }
    return keys;
  }

  private static Instant expiry(ActiveApiKey key) {
    return key.hasExpireTime()
        ? Instant.ofEpochSecond(key.getExpireTime().getSeconds(), key.getExpireTime().getNanos())
        : Instant.MAX;
  }

  private static String roleId(String name) {
    return name.startsWith("roles/") ? name.substring("roles/".length()) : name;
  }
}
