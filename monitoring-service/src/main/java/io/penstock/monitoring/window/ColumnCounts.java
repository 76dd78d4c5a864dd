package io.penstock.monitoring.window;

/// Values of one column in the bins of its baseline, with the trace of the value that lies farthest
/// out. Not thread-safe.
public final class ColumnCounts {

  private static final double NO_EXEMPLAR = -1;

  private final long[] bins;
  private long missing;
  private double sum;
  private long numbers;
  private String exemplarTraceId = "";
  private double exemplarDistance = NO_EXEMPLAR;

  public ColumnCounts(int bins) {
    this.bins = new long[bins];
  }

  /// Counts as they were stored.
  static ColumnCounts stored(
      long[] bins,
      long missing,
      double sum,
      long numbers,
      String exemplarTraceId,
      double distance) {
    var counts = new ColumnCounts(bins.length);
    System.arraycopy(bins, 0, counts.bins, 0, bins.length);
    counts.missing = missing;
    counts.sum = sum;
    counts.numbers = numbers;
    counts.exemplar(exemplarTraceId, distance);
    return counts;
  }

  public void missing() {
    missing++;
  }

  /// Counts a number; infinities have a bin and no part in the mean.
  public void number(int bin, double value) {
    bins[bin]++;
    if (Double.isFinite(value)) {
      sum += value;
      numbers++;
    }
  }

  public void category(int bin) {
    bins[bin]++;
  }

  /// Offers a trace as the exemplar; the one that lies farther out stays.
  public void exemplar(String traceId, double distance) {
    if (!traceId.isEmpty() && distance > exemplarDistance) {
      exemplarTraceId = traceId;
      exemplarDistance = distance;
    }
  }

  public long[] bins() {
    return bins.clone();
  }

  public long missingCount() {
    return missing;
  }

  double sum() {
    return sum;
  }

  long numbers() {
    return numbers;
  }

  public double mean() {
    return numbers == 0 ? Double.NaN : sum / numbers;
  }

  public String exemplarTraceId() {
    return exemplarTraceId;
  }

  double exemplarDistance() {
    return exemplarDistance;
  }
}
