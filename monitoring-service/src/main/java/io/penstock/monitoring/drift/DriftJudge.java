package io.penstock.monitoring.drift;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.monitoring.alert.Alerts;
import io.penstock.monitoring.version.MonitoredVersion;
import io.penstock.monitoring.window.ColumnRepository;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/// Judges each closed window of a version once, in order, and raises what it finds. The sequence of
/// tests, the judgement and its alerts commit together.
@Singleton
public final class DriftJudge {

  private final Changes changes;
  private final DriftRepository judgements;
  private final ColumnRepository columns;
  private final Alerts alerts;
  private final DriftConfig config;

  DriftJudge(
      Changes changes,
      DriftRepository judgements,
      ColumnRepository columns,
      Alerts alerts,
      DriftConfig config) {
    this.changes = changes;
    this.judgements = judgements;
    this.columns = columns;
    this.alerts = alerts;
    this.config = config;
  }

  /// Judges the windows of a version that ended by the given time; returns how many there were.
  public int judge(MonitoredVersion version, Instant closedUntil) {
    return changes.commit(
        change -> {
          var sequence = judgements.lockSequence(change.handle(), version.id());
          List<Window> due = judgements.due(change.handle(), version.id(), closedUntil);
          for (var window : due) {
            sequence = judge(change, version, window, sequence);
          }
          judgements.saveSequence(change.handle(), version.id(), sequence);
          return due.size();
        });
  }

  private BatchFdr judge(
      Change change, MonitoredVersion version, Window window, BatchFdr sequence) {
    var counts = columns.find(change.handle(), version.id(), window);
    var judgement = DriftJudgement.of(window, version.baseline(), counts, sequence, config);
    judgements.save(change.handle(), version.id(), judgement, change.time());
    alerts.apply(change, version, DriftReadings.of(judgement));
    return judgement.next();
  }
}
