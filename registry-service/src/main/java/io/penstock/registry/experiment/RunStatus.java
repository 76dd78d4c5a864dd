package io.penstock.registry.experiment;

/// Whether a run still takes data.
public enum RunStatus {
  RUNNING,
  SCHEDULED,
  FINISHED,
  FAILED,
  KILLED;

  public boolean ended() {
    return this != RUNNING && this != SCHEDULED;
  }
}
