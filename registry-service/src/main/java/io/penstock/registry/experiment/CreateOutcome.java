package io.penstock.registry.experiment;

import io.penstock.registry.Lifecycle;

/// What became of a call that wanted a run.
public sealed interface CreateOutcome {

  record Created(Run run) implements CreateOutcome {}

  record NoExperiment() implements CreateOutcome {}

  record NotActive(Lifecycle lifecycle) implements CreateOutcome {}
}
