package io.penstock.registry.experiment;

import io.penstock.registry.Lifecycle;
import io.penstock.registry.dataset.DatasetName;
import java.util.List;

/// What became of a call that wanted entries added to a run: everything was, or nothing and why.
public sealed interface LogOutcome {

  record Logged() implements LogOutcome {}

  record NoRun() implements LogOutcome {}

  record NotActive(Lifecycle lifecycle) implements LogOutcome {}

  record Ended(RunStatus status) implements LogOutcome {}

  record NoDataset(DatasetName dataset) implements LogOutcome {}

  /// Parameters that have other values already.
  record ParamsTaken(List<ParamChange> changes) implements LogOutcome {
    public ParamsTaken {
      changes = List.copyOf(changes);
    }
  }

  record ParamChange(String key, String stored, String given) {}
}
