package io.penstock.registry.experiment;

import io.penstock.registry.NamePattern;

/// Name of a run: `experiments/{experiment}/runs/{run}`.
public record RunName(String experiment, String run) {

  private static final NamePattern NAMES = NamePattern.of("experiments/{experiment}/runs/{run}");

  public static RunName parse(String field, String name) {
    var ids = NAMES.parse(field, name);
    return new RunName(ids.getFirst(), ids.getLast());
  }

  @Override
  public String toString() {
    return NAMES.format(experiment, run);
  }
}
