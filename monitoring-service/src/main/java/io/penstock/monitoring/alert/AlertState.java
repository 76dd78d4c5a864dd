package io.penstock.monitoring.alert;

import java.time.Instant;

/// How an alert stands.
///
/// @param window start of the window of the last reading
/// @param since when it last began or ceased to fire
record AlertState(boolean firing, Instant window, Instant since) {

  /// Whether an alert fires after a reading, and whether that is worth telling.
  record Transition(AlertState next, boolean told) {}

  /// An older window than the last one read says nothing about now. What never fired need not be
  /// resolved.
  static Transition first(AlertReading reading, Instant now) {
    return new Transition(
        new AlertState(reading.firing(), reading.window().start(), now), reading.firing());
  }

  Transition after(AlertReading reading, Instant now) {
    if (reading.window().start().isBefore(window)) {
      return new Transition(this, false);
    }
    boolean changed = reading.firing() != firing;
    return new Transition(
        new AlertState(reading.firing(), reading.window().start(), changed ? now : since), changed);
  }
}
