package io.penstock.registry.experiment;

/// Whether a run still takes data.
public enum RunStatus {
  RUNNING,
  FINISHED,
  FAILED
}
