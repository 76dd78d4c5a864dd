package io.penstock.monitoring.window;

import java.time.Duration;
import java.time.Instant;

/// How far the events of one version have come.
///
/// @param watermark greatest event time seen
/// @param predictionsAt when the last prediction came
/// @param labelsAt when labels were last counted
public record Activity(int versionId, Instant watermark, Instant predictionsAt, Instant labelsAt) {

  /// When anything last came.
  public Instant latest() {
    return predictionsAt.isAfter(labelsAt) ? predictionsAt : labelsAt;
  }

  public boolean isIdle(Instant now, Duration idle) {
    return !predictionsAt.plus(idle).isAfter(now);
  }

  /// Windows that end no later than this get no more events worth waiting for: event time has
  /// passed them by the grace, or nothing came for long and the clock has.
  public Instant closedUntil(Instant now, Duration grace, Duration idle) {
    Instant byEvents = watermark.minus(grace);
    Instant byClock = now.minus(grace);
    return isIdle(now, idle) && byClock.isAfter(byEvents) ? byClock : byEvents;
  }
}
