package io.penstock.monitoring.version;

/// A model version that traffic was seen of, with its baseline.
///
/// @param id its key in this service's tables
public record MonitoredVersion(int id, VersionName name, Baseline baseline) {}
