package io.penstock.monitoring;

import io.penstock.kit.failure.Failure;

/// What can go wrong in monitoring that its callers should know about.
public sealed interface MonitoringFailure extends Failure {

  /// A version that neither traffic nor the registry knows.
  record UnknownVersion(String version) implements MonitoringFailure {}

  /// A trace that never came, or was evicted.
  record UnknownTrace(String trace) implements MonitoringFailure {}

  /// More spans at once than the receiver holds; the exporter should come back.
  record SpansOverloaded(long pendingBytes, long limitBytes) implements MonitoringFailure {}
}
