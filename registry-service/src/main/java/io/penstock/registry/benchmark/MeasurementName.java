package io.penstock.registry.benchmark;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.NamePattern;

/// Name of a run of a suite: `models/{model}/benchmarks/{suite}/runs/{number}`.
record MeasurementName(SuiteName suite, long number) {

  private static final NamePattern NAMES =
      NamePattern.of("models/{model}/benchmarks/{suite}/runs/{number}");

  static MeasurementName parse(String field, String name) {
    var ids = NAMES.parse(field, name);
    try {
      return new MeasurementName(
          new SuiteName(ids.get(0), ids.get(1)), Long.parseLong(ids.getLast()));
    } catch (NumberFormatException _) {
      throw InvalidArguments.of(field, "was '%s', expected a number at the end".formatted(name));
    }
  }

  @Override
  public String toString() {
    return NAMES.format(suite.model(), suite.id(), number);
  }
}
