package io.penstock.registry.benchmark;

import io.penstock.registry.NamePattern;

/// Name of a suite: `models/{model}/benchmarks/{suite}`.
record SuiteName(String model, String id) {

  private static final NamePattern NAMES = NamePattern.of("models/{model}/benchmarks/{suite}");

  static SuiteName parse(String field, String name) {
    var ids = NAMES.parse(field, name);
    return new SuiteName(ids.getFirst(), ids.getLast());
  }

  @Override
  public String toString() {
    return NAMES.format(model, id);
  }
}
