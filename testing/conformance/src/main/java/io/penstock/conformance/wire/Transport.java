package io.penstock.conformance.wire;

/// How a server is reached.
public enum Transport {
  GRPC,
  REST
}
