package io.penstock.monitoring.prediction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.feedback.LabelJoin;
import io.penstock.monitoring.prediction.PredictionRepository.Placed;
import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.window.ColumnRepository;
import io.penstock.monitoring.window.TrafficRepository;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts batches of prediction events. A batch may come again, whole or in part, at any time: what
/// was counted is remembered in the same transaction. The join with labels is a second transaction
/// that a repeated batch repeats, so a crash between the two loses nothing.
@Singleton
public final class PredictionIngest implements EventHandler {

  private static final Logger log = LoggerFactory.getLogger(PredictionIngest.class);

  private final Jdbi jdbi;
  private final MonitoringConfig config;
  private final MonitoredVersions versions;
  private final PredictionRepository predictions;
  private final TrafficRepository traffic;
  private final ColumnRepository columns;
  private final LabelJoin labels;
  private final Clock clock;
  private final Counter counted;
  private final Counter repeated;
  private final Counter unreadable;

  PredictionIngest(
      Jdbi jdbi,
      MonitoringConfig config,
      MonitoredVersions versions,
      PredictionRepository predictions,
      TrafficRepository traffic,
      ColumnRepository columns,
      LabelJoin labels,
      Clock clock,
      MeterRegistry meters) {
    this.jdbi = jdbi;
    this.config = config;
    this.versions = versions;
    this.predictions = predictions;
    this.traffic = traffic;
    this.columns = columns;
    this.labels = labels;
    this.clock = clock;
    this.counted = meters.counter("penstock.monitoring.predictions", "outcome", "counted");
    this.repeated = meters.counter("penstock.monitoring.predictions", "outcome", "repeated");
    this.unreadable = meters.counter("penstock.monitoring.predictions", "outcome", "unreadable");
  }

  @Override
  public void handle(List<StoredEvent> batch) {
    Map<UUID, Placed> placed = placed(batch);
    if (placed.isEmpty()) {
      return;
    }
    int fresh = jdbi.inTransaction(handle -> count(handle, placed.values()));
    counted.increment(fresh);
    repeated.increment(placed.size() - fresh);
    labels.join(placed.keySet());
  }

  private Map<UUID, Placed> placed(List<StoredEvent> batch) {
    var placed = new LinkedHashMap<UUID, Placed>();
    for (var stored : batch) {
      var prediction = read(stored);
      if (prediction != null) {
        var window = Window.of(prediction.occurredAt(), config.window());
        placed.put(
            prediction.id(),
            new Placed(prediction, versions.observed(prediction.version()), window));
      }
    }
    return placed;
  }

  // An event that cannot be read will not become readable: it is counted, said, and left behind.
  private @org.jspecify.annotations.Nullable Prediction read(StoredEvent stored) {
    try {
      return PredictionProtos.fromEvent(stored.event());
    } catch (IllegalArgumentException e) {
      unreadable.increment();
      log.warn("prediction event {} is left out: {}", stored.event().id(), e.getMessage());
      return null;
    }
  }

  private int count(Handle handle, Collection<Placed> placed) {
    var now = clock.instant();
    Set<UUID> fresh = predictions.insert(handle, List.copyOf(placed), now);
    var counts = new BatchCounts(config.window());
    for (var one : placed) {
      if (fresh.contains(one.prediction().id())) {
        counts.count(one.prediction(), one.version());
      }
    }
    traffic.add(handle, counts.traffic());
    columns.add(handle, counts.columns());
    if (!fresh.isEmpty()) {
      predictions.advance(handle, counts.watermarks(), now);
    }
    return fresh.size();
  }
}
