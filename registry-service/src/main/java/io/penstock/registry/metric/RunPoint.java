package io.penstock.registry.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A point as it is stored: under the numbers of its run and its key.
public record RunPoint(long run, int key, double value, long step, long timeMs) {

  private static final Comparator<RunPoint> OF_METRIC =
      Comparator.comparingLong(RunPoint::run).thenComparingInt(RunPoint::key);

  // To the database both zeros are one value.
  private static final Comparator<RunPoint> BY_VALUE =
      Comparator.comparingDouble(point -> point.value() + 0.0);

  /// The order of the history.
  private static final Comparator<RunPoint> HISTORY =
      OF_METRIC
          .thenComparingLong(RunPoint::timeMs)
          .thenComparingLong(RunPoint::step)
          .thenComparing(BY_VALUE);

  /// Which point of a metric is the newer one: by step, then time, then value.
  static final Comparator<RunPoint> AGE =
      Comparator.comparingLong(RunPoint::step)
          .thenComparingLong(RunPoint::timeMs)
          .thenComparing(BY_VALUE);

  /// The points in the order of the history, each of them once.
  public static List<RunPoint> history(List<RunPoint> points) {
    var sorted = new ArrayList<>(points);
    sorted.sort(HISTORY);
    var distinct = new ArrayList<RunPoint>(sorted.size());
    for (var point : sorted) {
      if (distinct.isEmpty() || HISTORY.compare(distinct.getLast(), point) != 0) {
        distinct.add(point);
      }
    }
    return distinct;
  }

  /// The newest point of each metric.
  ///
  /// @param history in the order of the history
  public static List<RunPoint> latest(List<RunPoint> history) {
    var latest = new ArrayList<RunPoint>();
    for (var point : history) {
      if (latest.isEmpty() || OF_METRIC.compare(latest.getLast(), point) != 0) {
        latest.add(point);
      } else if (AGE.compare(point, latest.getLast()) > 0) {
        latest.set(latest.size() - 1, point);
      }
    }
    return latest;
  }
}
