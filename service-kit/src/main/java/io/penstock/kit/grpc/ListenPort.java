package io.penstock.kit.grpc;

/// One more port that the gRPC server listens on, for a protocol whose clients expect it there
/// (OTLP: 4317). As a bean of a service it serves everything that the main port serves, behind the
/// same interceptors.
///
/// @param name what it is called in the log, and asked for by
/// @param port 0 takes a free one
public record ListenPort(String name, int port) {}
