package io.penstock.registry.registered;

/// How far the registration of a version has come, in MLflow's words.
public enum VersionStatus {
  PENDING_REGISTRATION,
  FAILED_REGISTRATION,
  READY
}
