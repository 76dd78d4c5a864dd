package io.penstock.monitoring.feedback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import io.penstock.monitoring.feedback.Label.LabelKey;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores batches of labels and joins them with their predictions, as many as have come. A batch
/// may come again at any time.
@Singleton
public final class FeedbackIngest implements EventHandler {

  private static final Logger log = LoggerFactory.getLogger(FeedbackIngest.class);

  private final Jdbi jdbi;
  private final LabelRepository labels;
  private final LabelJoin join;
  private final Clock clock;
  private final Counter taken;
  private final Counter unreadable;

  FeedbackIngest(
      Jdbi jdbi, LabelRepository labels, LabelJoin join, Clock clock, MeterRegistry meters) {
    this.jdbi = jdbi;
    this.labels = labels;
    this.join = join;
    this.clock = clock;
    this.taken = meters.counter("penstock.monitoring.labels", "outcome", "taken");
    this.unreadable = meters.counter("penstock.monitoring.labels", "outcome", "unreadable");
  }

  @Override
  public void handle(List<StoredEvent> batch) {
    Map<LabelKey, Label> latest = latest(batch);
    if (latest.isEmpty()) {
      return;
    }
    jdbi.useTransaction(
        handle -> labels.save(handle, List.copyOf(latest.values()), clock.instant()));
    taken.increment(latest.size());
    join.join(latest.keySet().stream().map(LabelKey::predictionId).collect(Collectors.toSet()));
  }

  private Map<LabelKey, Label> latest(List<StoredEvent> batch) {
    var latest = new LinkedHashMap<LabelKey, Label>();
    for (var stored : batch) {
      try {
        var label = FeedbackProtos.fromEvent(stored.event());
        latest.merge(label.key(), label, Label::later);
      } catch (IllegalArgumentException e) {
        unreadable.increment();
        log.warn("feedback event {} is left out: {}", stored.event().id(), e.getMessage());
      }
    }
    return latest;
  }
}
