package io.penstock.inference.lane.schedule;

/// Why something will not be run.
public sealed interface Refusal {

  /// Its deadline had come.
  enum Passed implements Refusal {
    PASSED
  }

  /// The queue holds what it may.
  record Full(String limit) implements Refusal {}

  /// It would not be done in time, or would make others late that were let in before it.
  ///
  /// @param expected nanoseconds that its answer was expected to take
  /// @param available nanoseconds that were left
  record TooLate(long expected, long available) implements Refusal {}
}
