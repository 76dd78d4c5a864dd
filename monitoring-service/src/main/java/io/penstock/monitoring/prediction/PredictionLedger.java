package io.penstock.monitoring.prediction;

import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.prediction.PredictionRepository.Placed;
import io.penstock.monitoring.window.ColumnRepository;
import io.penstock.monitoring.window.TrafficRepository;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Counts predictions, each once: what is counted and the memory that it was commit together.
@Singleton
final class PredictionLedger {

  private final Jdbi jdbi;
  private final PredictionRepository predictions;
  private final TrafficRepository traffic;
  private final ColumnRepository columns;
  private final MonitoringConfig config;
  private final Clock clock;

  PredictionLedger(
      Jdbi jdbi,
      PredictionRepository predictions,
      TrafficRepository traffic,
      ColumnRepository columns,
      MonitoringConfig config,
      Clock clock) {
    this.jdbi = jdbi;
    this.predictions = predictions;
    this.traffic = traffic;
    this.columns = columns;
    this.config = config;
    this.clock = clock;
  }

  /// Counts those that were not counted before; returns how many that were.
  int count(List<Placed> placed) {
    return jdbi.inTransaction(handle -> count(handle, placed, clock.instant()));
  }

  private int count(Handle handle, List<Placed> placed, Instant now) {
    Set<UUID> fresh = predictions.insert(handle, placed, now);
    if (fresh.isEmpty()) {
      return 0;
    }
    var counts = new BatchCounts(config.window());
    for (var one : placed) {
      if (fresh.contains(one.prediction().id())) {
        counts.count(one.prediction(), one.version());
      }
    }
    traffic.add(handle, counts.traffic());
    columns.add(handle, counts.columns());
    predictions.advance(handle, counts.watermarks(), now);
    return fresh.size();
  }
}
