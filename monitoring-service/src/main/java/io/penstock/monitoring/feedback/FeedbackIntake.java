package io.penstock.monitoring.feedback;

import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Changes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/// Takes labels from callers. What it accepted is in the outbox, so it reaches the event log even
/// where that is away now.
@Singleton
final class FeedbackIntake {

  private final Changes changes;
  private final Clock clock;

  FeedbackIntake(Changes changes, Clock clock) {
    this.changes = changes;
    this.clock = clock;
  }

  /// Accepts all labels or, by failing, none.
  int accept(List<Label> labels) {
    Instant now = clock.instant();
    changes.run(
        change ->
            labels.forEach(
                label -> change.publish(Topics.FEEDBACK, FeedbackProtos.toEvent(label, now))));
    return labels.size();
  }
}
