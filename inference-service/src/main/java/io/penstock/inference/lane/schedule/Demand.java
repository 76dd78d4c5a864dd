package io.penstock.inference.lane.schedule;

import java.util.Arrays;

/// How many rows have to be run by when: rows counted by deadline, in buckets that are fine for
/// what is near and an eighth of the distance wide for what is far. It answers in a hundred steps
/// how much stands before a newcomer, and whom behind it the newcomer would make late.
final class Demand {

  // The finest bucket: a quarter of a millisecond.
  private static final int FINEST = 18;
  private static final int EXACT = 8;
  private static final int BUCKETS = 128;

  // Distances are measured from here; as time goes by the near buckets fall into the past and the
  // rest is too coarse, so it is counted anew.
  private static final long STALE = 4_000_000;

  private final int[] rows = new int[BUCKETS];
  private long origin;
  private int last;

  /// What is asked of each bucket behind a newcomer.
  @FunctionalInterface
  interface Check {
    /// Whether all rows up to a deadline could be run by then.
    boolean holds(int rows, long deadline);
  }

  boolean isStale(long now) {
    return now - origin > STALE;
  }

  /// Forgets all; counted anew from now.
  void restart(long now) {
    Arrays.fill(rows, 0, last + 1, 0);
    origin = now;
    last = 0;
  }

  void add(Waiting job) {
    int bucket = bucketOf(job.deadline());
    job.bucket = bucket;
    rows[bucket] += job.rows();
    last = Math.max(last, bucket);
  }

  void remove(Waiting job) {
    rows[job.bucket] -= job.rows();
  }

  /// Rows whose deadline is no later, give or take the bucket's width.
  int before(long deadline) {
    int end = Math.min(bucketOf(deadline), last);
    int sum = 0;
    for (int i = 0; i <= end; i++) {
      sum += rows[i];
    }
    return sum;
  }

  /// Whether everybody beside and behind a newcomer passes the check with the newcomer's rows
  /// before them. A bucket's deadline is where it starts; a newcomer to it is held to that like
  /// those it would push back, or it would be let in where they would keep another out.
  boolean spares(long deadline, int newcomers, Check check) {
    int own = bucketOf(deadline);
    int sum = newcomers + (own > 0 && own <= last ? before(origin + start(own) - 1) : 0);
    for (int i = own; i <= last; i++) {
      sum += rows[i];
      if (rows[i] > 0 && !check.holds(sum, origin + start(i))) {
        return false;
      }
    }
    return true;
  }

  private int bucketOf(long deadline) {
    long units = Math.max(0, deadline - origin) >>> FINEST;
    if (units < EXACT) {
      return (int) units;
    }
    int octave = 63 - Long.numberOfLeadingZeros(units);
    int within = (int) (units >>> (octave - 3)) & (EXACT - 1);
    return Math.min(BUCKETS - 1, (octave - 2) * EXACT + within);
  }

  private static long start(int bucket) {
    if (bucket < EXACT) {
      return (long) bucket << FINEST;
    }
    int octave = bucket / EXACT + 2;
    long units = (long) (EXACT + bucket % EXACT) << (octave - 3);
    return units << FINEST;
  }
}
