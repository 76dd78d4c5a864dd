package io.penstock.monitoring.prediction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.feedback.LabelJoin;
import io.penstock.monitoring.prediction.PredictionRepository.Placed;
import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes batches of prediction events. A batch may come again, whole or in part, at any time. The
/// join with labels is a second transaction that a repeated batch repeats, so a crash between the
/// two loses nothing.
@Singleton
public final class PredictionIngest implements EventHandler {

  private static final Logger log = LoggerFactory.getLogger(PredictionIngest.class);

  private final MonitoredVersions versions;
  private final PredictionLedger ledger;
  private final LabelJoin labels;
  private final MonitoringConfig config;
  private final Counter counted;
  private final Counter repeated;
  private final Counter unreadable;

  PredictionIngest(
      MonitoredVersions versions,
      PredictionLedger ledger,
      LabelJoin labels,
      MonitoringConfig config,
      MeterRegistry meters) {
    this.versions = versions;
    this.ledger = ledger;
    this.labels = labels;
    this.config = config;
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
    int fresh = ledger.count(List.copyOf(placed.values()));
    counted.increment(fresh);
    repeated.increment(placed.size() - fresh);
    labels.join(placed.keySet());
  }

  private Map<UUID, Placed> placed(List<StoredEvent> batch) {
    var placed = new LinkedHashMap<UUID, Placed>();
    for (var stored : batch) {
      read(stored).ifPresent(prediction -> placed.put(prediction.id(), place(prediction)));
    }
    return placed;
  }

  private Placed place(Prediction prediction) {
    var window = Window.of(prediction.occurredAt(), config.window());
    return new Placed(prediction, versions.observed(prediction.version()), window);
  }

  // An event that cannot be read will not become readable: it is counted, said, and left behind.
  private Optional<Prediction> read(StoredEvent stored) {
    try {
      return Optional.of(PredictionProtos.fromEvent(stored.event()));
    } catch (IllegalArgumentException e) {
      unreadable.increment();
      log.warn("prediction event {} is left out: {}", stored.event().id(), e.getMessage());
      return Optional.empty();
    }
  }
}
