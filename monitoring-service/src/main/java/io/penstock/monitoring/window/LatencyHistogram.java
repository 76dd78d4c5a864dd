package io.penstock.monitoring.window;

import java.util.Arrays;

/// Latencies in microseconds, counted in sixteen buckets an octave: any percentile of any sum of
/// histograms is known to within 2.2 %. Not thread-safe.
///
/// Bucket 0 holds up to 1 µs, bucket i what lies above 2^((i-1)/16) and up to 2^(i/16).
public final class LatencyHistogram {

  private static final int BUCKETS_AN_OCTAVE = 16;
  private static final double LN_2 = Math.log(2);

  /// The last bucket holds everything above some 19 hours.
  static final int BUCKETS = 36 * BUCKETS_AN_OCTAVE + 1;

  private final long[] counts = new long[BUCKETS];
  private long total;

  /// A histogram from stored buckets; missing ones are empty.
  public static LatencyHistogram of(long[] buckets) {
    var histogram = new LatencyHistogram();
    histogram.add(buckets);
    return histogram;
  }

  public void record(long micros) {
    counts[bucket(micros)]++;
    total++;
  }

  public void add(long[] buckets) {
    for (int i = 0; i < buckets.length; i++) {
      counts[Math.min(i, BUCKETS - 1)] += buckets[i];
      total += buckets[i];
    }
  }

  public long total() {
    return total;
  }

  /// The buckets up to the last that is not empty.
  public long[] buckets() {
    int length = BUCKETS;
    while (length > 0 && counts[length - 1] == 0) {
      length--;
    }
    return Arrays.copyOf(counts, length);
  }

  /// The latency that a share `q` of the requests did not exceed; 0 without requests.
  public double percentile(double q) {
    if (total == 0) {
      return 0;
    }
    long rank = Math.max(1, (long) Math.ceil(q * total));
    long before = 0;
    int bucket = 0;
    while (before + counts[bucket] < rank) {
      before += counts[bucket++];
    }
    return within(bucket, (rank - before - 0.5) / counts[bucket]);
  }

  /// How many requests took clearly longer than the given time: those of the buckets above the one
  /// that holds it.
  public long above(double micros) {
    long above = 0;
    for (int i = bucket((long) Math.ceil(micros)) + 1; i < BUCKETS; i++) {
      above += counts[i];
    }
    return above;
  }

  private static int bucket(long micros) {
    if (micros <= 1) {
      return 0;
    }
    double octaves = Math.log(micros) / LN_2;
    return Math.min(BUCKETS - 1, (int) Math.ceil(octaves * BUCKETS_AN_OCTAVE));
  }

  private static double within(int bucket, double share) {
    return bucket == 0 ? 1 : Math.exp((bucket - 1 + share) / BUCKETS_AN_OCTAVE * LN_2);
  }
}
