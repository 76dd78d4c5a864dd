package io.penstock.inference.lane.schedule;

/// The last runs of one batch size and their exact median. Half of them may be nonsense before it
/// moves. When the pace changes for good, which a row of runs on one side tells, the older ones are
/// forgotten at once.
final class SizeTimes {

  private static final int KEPT = 31;

  // Nine runs in a row on one side of the median come by chance once in 256 times, and then little
  // is lost.
  private static final int STREAK = 9;
  private static final double CHANGE = 0.15;

  private final long[] recent = new long[KEPT];
  private final long[] sorted = new long[KEPT];
  private int next;
  private int count;
  private int streak;

  /// @param number which run of the version it was
  void add(long nanos) {
    notice(nanos);
    if (count == KEPT) {
      remove(recent[next]);
    }
    insert(nanos);
    recent[next] = nanos;
    next = (next + 1) % KEPT;
    if (Math.abs(streak) >= STREAK && count > STREAK) {
      forgetAllBut(STREAK);
    }
  }

  private void notice(long nanos) {
    double median = count == 0 ? nanos : median();
    if (nanos > median * (1 + CHANGE)) {
      streak = Math.max(streak, 0) + 1;
    } else if (nanos < median * (1 - CHANGE)) {
      streak = Math.min(streak, 0) - 1;
    } else {
      streak = 0;
    }
  }

  private void forgetAllBut(int newest) {
    for (int age = count; age > newest; age--) {
      remove(recent[(next - age + KEPT) % KEPT]);
    }
    // What is kept stands in the ring as if it were all there ever was.
    long[] kept = new long[newest];
    for (int i = 0; i < newest; i++) {
      kept[i] = recent[(next - newest + i + KEPT) % KEPT];
    }
    System.arraycopy(kept, 0, recent, 0, newest);
    next = newest;
    streak = 0;
  }

  private void insert(long nanos) {
    int i = count++;
    for (; i > 0 && sorted[i - 1] > nanos; i--) {
      sorted[i] = sorted[i - 1];
    }
    sorted[i] = nanos;
  }

  private void remove(long nanos) {
    int i = 0;
    while (sorted[i] != nanos) {
      i++;
    }
    count--;
    System.arraycopy(sorted, i + 1, sorted, i, count - i);
  }

  int count() {
    return count;
  }

  double median() {
    int middle = count / 2;
    return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
}
