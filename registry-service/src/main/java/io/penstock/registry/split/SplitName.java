package io.penstock.registry.split;

import io.penstock.registry.NamePattern;

/// Name of a split: `experiments/{experiment}/splits/{id}`.
public record SplitName(String experiment, String id) {

  private static final NamePattern NAMES =
      NamePattern.of("experiments/{experiment}/splits/{split}");

  public static SplitName parse(String field, String name) {
    var ids = NAMES.parse(field, name);
    return new SplitName(ids.getFirst(), ids.getLast());
  }

  @Override
  public String toString() {
    return NAMES.format(experiment, id);
  }
}
