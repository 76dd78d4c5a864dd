package io.penstock.gateway.contract;

import io.micronaut.context.annotation.Factory;
import io.penstock.kit.access.AccessRule;
import io.penstock.kit.access.ForeignAccess;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/// Loads the contract once.
@Factory
final class ContractFactory {

  @Singleton
  Contract contract() {
    return Contract.load();
  }

  /// The rules that the kit's interceptor holds gRPC callers to.
  @Singleton
  ForeignAccess forwardedAccess(Contract contract) {
    Map<String, AccessRule> rules = new HashMap<>();
    for (Rpc rpc : contract.rpcs()) {
      rpc.access().ifPresent(rule -> rules.put(rpc.fullName(), rule));
    }
    return new ForeignAccess(rules);
  }

  @Singleton
  Routes routes(Contract contract) {
    return new Routes(contract);
  }
}
