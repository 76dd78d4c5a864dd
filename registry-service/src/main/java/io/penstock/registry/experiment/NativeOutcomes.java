package io.penstock.registry.experiment;

import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.ParamConflict;
import io.penstock.registry.RegistryFailure.RunEnded;

/// What became of writes in the words of Penstock's own API, which knows nothing of what is
/// deleted.
final class NativeOutcomes {

  private NativeOutcomes() {}

  static Run created(Run wanted, CreateOutcome outcome) {
    return switch (outcome) {
      case CreateOutcome.Created(var run) -> run;
      case CreateOutcome.NoExperiment(), CreateOutcome.NotActive(_) -> {
        var experiment = Experiment.resource(wanted.name().experiment());
        throw new NotFound(Kind.EXPERIMENT, experiment).exception();
      }
    };
  }

  static void requireLogged(RunName run, LogOutcome outcome) {
    switch (outcome) {
      case LogOutcome.Logged() -> {}
      case LogOutcome.NoRun(), LogOutcome.NotActive(_) ->
          throw new NotFound(Kind.RUN, run.toString()).exception();
      case LogOutcome.Ended(var status) ->
          throw new RunEnded(run.toString(), status.name()).exception();
      case LogOutcome.NoDataset(var dataset) ->
          throw new NotFound(Kind.DATASET, dataset.toString()).exception();
      case LogOutcome.ParamsTaken(var changes) -> {
        var first = changes.getFirst();
        throw new ParamConflict(run.toString(), first.key(), first.stored(), first.given())
            .exception();
      }
    }
  }
}
