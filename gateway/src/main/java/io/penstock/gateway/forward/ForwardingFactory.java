package io.penstock.gateway.forward;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.grpc.DirectMethods;
import io.penstock.kit.grpc.EventLoops;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/// The threads that forward: as many event loops as there are processors, and nothing else.
@Factory
final class ForwardingFactory {

  @Singleton
  @Bean(preDestroy = "close")
  EventLoops eventLoops() {
    return new EventLoops("gateway-grpc", Runtime.getRuntime().availableProcessors());
  }

  /// Forwarding never waits for anything, so every RPC runs where its bytes arrive.
  @Singleton
  DirectMethods directMethods(Contract contract) {
    return new DirectMethods(
        contract.rpcs().stream().map(Rpc::fullName).collect(Collectors.toUnmodifiableSet()));
  }
}
