package io.penstock.kit.service;

/// Published in the application context once migrations have run and gRPC listens: background work
/// starts here.
public record ServiceStarted(String service) {}
