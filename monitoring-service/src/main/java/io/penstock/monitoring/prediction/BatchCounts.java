package io.penstock.monitoring.prediction;

import io.penstock.monitoring.version.Baseline;
import io.penstock.monitoring.version.BaselineColumn;
import io.penstock.monitoring.version.MonitoredVersion;
import io.penstock.monitoring.window.ColumnCounts;
import io.penstock.monitoring.window.ColumnKey;
import io.penstock.monitoring.window.ColumnKind;
import io.penstock.monitoring.window.TrafficCounts;
import io.penstock.monitoring.window.TrafficKey;
import io.penstock.monitoring.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a batch of predictions adds to the counts. Not thread-safe.
final class BatchCounts {

  private final Duration windowLength;
  private final SortedMap<TrafficKey, TrafficCounts> traffic = new TreeMap<>();
  private final SortedMap<ColumnKey, ColumnCounts> columns = new TreeMap<>();
  private final SortedMap<Integer, Instant> watermarks = new TreeMap<>();

  BatchCounts(Duration windowLength) {
    this.windowLength = windowLength;
  }

  void count(Prediction prediction, MonitoredVersion version) {
    var window = Window.of(prediction.occurredAt(), windowLength);
    var key = new TrafficKey(version.id(), window, prediction.variant(), prediction.revision());
    traffic
        .computeIfAbsent(key, _ -> new TrafficCounts())
        .request(
            prediction.rows(),
            prediction.failed(),
            prediction.latencyMicros(),
            prediction.scores(),
            prediction.servedAt());
    count(ColumnKind.FEATURE, prediction.features(), prediction, version, window);
    count(ColumnKind.PREDICTION, prediction.outputs(), prediction, version, window);
    watermarks.merge(version.id(), prediction.eventTime(), (a, b) -> a.isAfter(b) ? a : b);
  }

  private void count(
      ColumnKind kind,
      List<ColumnValues> values,
      Prediction prediction,
      MonitoredVersion version,
      Window window) {
    Baseline baseline = version.baseline();
    for (var column : values) {
      var reference = baseline.column(column.name());
      if (reference != null) {
        var counts =
            columns.computeIfAbsent(
                new ColumnKey(version.id(), window, kind, column.name()),
                _ -> new ColumnCounts(reference.bins()));
        count(column, reference, counts, prediction.traceId());
      }
    }
  }

  private static void count(
      ColumnValues column, BaselineColumn reference, ColumnCounts counts, String traceId) {
    for (double number : column.numbers()) {
      int bin = reference.bin(number);
      if (bin < 0) {
        counts.missing();
      } else {
        counts.number(bin, number);
        counts.exemplar(traceId, reference.distance(number, bin));
      }
    }
    for (String category : column.categories()) {
      int bin = reference.bin(category);
      if (bin < 0) {
        counts.missing();
      } else {
        counts.category(bin);
        counts.exemplar(traceId, reference.distance(Double.NaN, bin));
      }
    }
  }

  SortedMap<TrafficKey, TrafficCounts> traffic() {
    return traffic;
  }

  SortedMap<ColumnKey, ColumnCounts> columns() {
    return columns;
  }

  /// The greatest event time of each version.
  SortedMap<Integer, Instant> watermarks() {
    return watermarks;
  }
}
