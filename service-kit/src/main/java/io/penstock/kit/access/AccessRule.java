package io.penstock.kit.access;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.penstock.proto.options.v1.Access;
import io.penstock.proto.options.v1.AccessProto;
import io.penstock.proto.options.v1.Audit;
import io.penstock.proto.options.v1.Cost;
import java.util.Optional;

/// What one RPC demands of its callers, as its .proto declares it.
///
/// @param permission `models.promote`; empty only for an open RPC
/// @param audited whether a successful call must leave an audit event
/// @param cost the rate-limit class
/// @param open whether it may be called without any credential
public record AccessRule(String permission, boolean audited, Cost cost, boolean open) {

  public AccessRule {
    if (open != permission.isEmpty()) {
      throw new IllegalArgumentException(
          "an access rule has either a permission or is public, not '%s' and %s"
              .formatted(permission, open));
    }
  }

  /// For what belongs to the plumbing: health and reflection.
  public static final AccessRule OPEN = new AccessRule("", false, Cost.COST_READ, true);

  public static AccessRule requiring(String permission, Cost cost) {
    return new AccessRule(permission, false, cost, false);
  }

  /// The rule in the method's options; empty where it declares none.
  public static Optional<AccessRule> of(MethodDescriptor method) {
    var options = method.getOptions();
    return options.hasExtension(AccessProto.access)
        ? Optional.of(of(options.getExtension(AccessProto.access)))
        : Optional.empty();
  }

  private static AccessRule of(Access access) {
    return new AccessRule(
        access.getPermission(),
        access.getAudit() == Audit.AUDIT_ALWAYS,
        access.getCost(),
        access.getPublic());
  }
}
