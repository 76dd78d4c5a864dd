package io.penstock.monitoring.window;

import java.util.Comparator;

/// One column of one version in one window.
public record ColumnKey(int versionId, Window window, ColumnKind kind, String column)
    implements Comparable<ColumnKey> {

  private static final Comparator<ColumnKey> ORDER =
      Comparator.comparingInt(ColumnKey::versionId)
          .thenComparing(ColumnKey::window)
          .thenComparing(ColumnKey::kind)
          .thenComparing(ColumnKey::column);

  @Override
  public int compareTo(ColumnKey other) {
    return ORDER.compare(this, other);
  }
}
