package io.penstock.kit.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.penstock.kit.identity.Authenticator;
import io.penstock.kit.service.ServiceName;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// Chooses where a call runs: a virtual thread of its own, or the transport's thread for a direct
/// method whose caller is already known (a signature to check, or a key to fetch, has no place
/// there).
@Singleton
final class CallExecutors implements ServerCallExecutorSupplier, AutoCloseable {

  private final Set<String> direct;
  private final Authenticator authenticator;
  private final ExecutorService virtual;

  CallExecutors(List<DirectMethods> direct, Authenticator authenticator, ServiceName service) {
    this.direct =
        direct.stream()
            .flatMap(methods -> methods.fullMethodNames().stream())
            .collect(Collectors.toUnmodifiableSet());
    this.authenticator = authenticator;
    this.virtual =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("grpc-" + service + "-", 0).factory());
  }

  @Override
  public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
    return direct.contains(call.getMethodDescriptor().getFullMethodName()) && known(headers)
        ? Runnable::run
        : virtual;
  }

  private boolean known(Metadata headers) {
    return Credentials.of(headers).map(authenticator::answersAtOnce).orElse(true);
  }

  @Override
  @PreDestroy
  public void close() {
    virtual.shutdown();
  }
}
