package io.penstock.monitoring.feedback;

import io.penstock.monitoring.feedback.LabelRepository.Due;
import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.QualityRepository;
import io.penstock.monitoring.window.Scores;
import io.penstock.monitoring.window.TrafficKey;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Brings labels and predictions together. Whichever of the two is stored last calls this after its
/// own commit and so sees the other; calling it again changes nothing.
@Singleton
public final class LabelJoin {

  private final Jdbi jdbi;
  private final LabelRepository labels;
  private final QualityRepository quality;
  private final Clock clock;

  LabelJoin(Jdbi jdbi, LabelRepository labels, QualityRepository quality, Clock clock) {
    this.jdbi = jdbi;
    this.labels = labels;
    this.quality = quality;
    this.clock = clock;
  }

  /// Counts what is known of the given predictions and not counted yet.
  public void join(Collection<UUID> predictions) {
    jdbi.useTransaction(handle -> count(handle, labels.due(handle, predictions)));
  }

  private void count(Handle handle, List<Due> due) {
    List<Due> scored = due.stream().filter(label -> !Double.isNaN(score(label))).toList();
    if (scored.isEmpty()) {
      return;
    }
    quality.add(handle, counts(scored));
    labels.counted(handle, scored);
    labels.touch(
        handle,
        scored.stream().map(label -> label.place().versionId()).collect(Collectors.toSet()),
        clock.instant());
  }

  private static SortedMap<TrafficKey, QualityCounts> counts(List<Due> due) {
    var counts = new TreeMap<TrafficKey, QualityCounts>();
    for (var label : due) {
      var place = counts.computeIfAbsent(label.place(), _ -> new QualityCounts());
      if (label.counted() != null) {
        place.retract(score(label), label.counted());
      }
      place.label(score(label), label.label());
    }
    return counts;
  }

  private static double score(Due label) {
    return Scores.row(label.scores(), label.key().row());
  }
}
