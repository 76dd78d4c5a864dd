package io.penstock.kit.access;

import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The access rule of every RPC that a service answers, read from the descriptors of what it
/// serves.
@Singleton
public final class AccessRules {

  private static final List<String> PLUMBING = List.of("grpc.health.v1.", "grpc.reflection.v1");

  private final Map<String, AccessRule> declared;
  private final Map<String, AccessRule> foreign;

  public AccessRules(List<BindableService> services, List<ForeignAccess> foreign) {
    this.declared = declaredBy(services);
    this.foreign = new HashMap<>();
    foreign.forEach(access -> this.foreign.putAll(access.rules()));
  }

  /// The rule of a method by its full name; empty means that nobody may call it.
  public Optional<AccessRule> of(String fullMethodName) {
    var rule = declared.get(fullMethodName);
    if (rule == null) {
      rule = foreign.get(fullMethodName);
    }
    return rule == null && isPlumbing(fullMethodName)
        ? Optional.of(AccessRule.OPEN)
        : Optional.ofNullable(rule);
  }

  /// True where this very service must write the audit event; what is only forwarded is audited
  /// where it arrives.
  public boolean mustAudit(String fullMethodName) {
    var rule = declared.get(fullMethodName);
    return rule != null && rule.audited();
  }

  public Set<String> declaredMethods() {
    return Set.copyOf(declared.keySet());
  }

  private static Map<String, AccessRule> declaredBy(List<BindableService> services) {
    var rules = new HashMap<String, AccessRule>();
    for (var service : services) {
      for (var method : service.bindService().getMethods()) {
        ruleOf(method)
            .ifPresent(rule -> rules.put(method.getMethodDescriptor().getFullMethodName(), rule));
      }
    }
    return rules;
  }

  private static Optional<AccessRule> ruleOf(ServerMethodDefinition<?, ?> method) {
    return method.getMethodDescriptor().getSchemaDescriptor()
            instanceof ProtoMethodDescriptorSupplier proto
        ? AccessRule.of(proto.getMethodDescriptor())
        : Optional.empty();
  }

  private static boolean isPlumbing(String method) {
    return PLUMBING.stream().anyMatch(method::startsWith);
  }
}
