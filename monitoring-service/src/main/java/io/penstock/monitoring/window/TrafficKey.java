package io.penstock.monitoring.window;

import java.util.Comparator;

/// What traffic is counted by.
///
/// @param versionId the monitored version's own id
/// @param revision of the release that routed the requests
public record TrafficKey(int versionId, Window window, Variant variant, long revision)
    implements Comparable<TrafficKey> {

  // Rows are always written in this order, so that two writers never wait for each other in a
  // circle.
  private static final Comparator<TrafficKey> ORDER =
      Comparator.comparingInt(TrafficKey::versionId)
          .thenComparing(TrafficKey::window)
          .thenComparing(TrafficKey::variant)
          .thenComparingLong(TrafficKey::revision);

  @Override
  public int compareTo(TrafficKey other) {
    return ORDER.compare(this, other);
  }
}
