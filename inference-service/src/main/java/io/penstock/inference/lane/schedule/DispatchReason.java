package io.penstock.inference.lane.schedule;

import java.util.Locale;

/// Why a batch was sent at the size it had.
public enum DispatchReason {
  /// A runner stood idle, so nothing waited for company.
  IDLE,
  /// All runners were busy; this is what had gathered when one became free.
  BACKLOG,
  /// As many rows as may run together.
  FULL,
  /// As many rows as make a row cheaper; more would only have taken longer.
  EFFICIENT,
  /// As many rows as its most urgent request had time for.
  DEADLINE,
  /// Ran by itself because the batch that it was in had failed.
  ISOLATED,
  /// Did not run: the answer was there, or came with another request's.
  CACHED;

  /// As it is shown in metrics and traces.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
