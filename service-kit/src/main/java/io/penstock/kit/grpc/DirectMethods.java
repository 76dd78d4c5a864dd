package io.penstock.kit.grpc;

import java.util.Set;

/// Full names of RPCs that run on the transport's own thread, which saves the 10–15 µs of a virtual
/// thread. Their handlers must never block: they hand over and return. A bean of the service that
/// has such RPCs.
public record DirectMethods(Set<String> fullMethodNames) {
  public DirectMethods {
    fullMethodNames = Set.copyOf(fullMethodNames);
  }
}
