package io.penstock.inference.lane.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about how long a batch of a version holds its runner, learned from the batches that
/// ran: by size, never falling with size, and forgetting.
///
/// The typical time of a size is the median of its last runs, made monotone over the sizes by
/// isotonic regression. How far single runs are off from it is learned over neighbouring sizes
/// together: one size alone seldom has the thousand runs that a 99th percentile takes. Sizes never
/// seen lie on the line between those that were; beyond the largest the last slope goes on.
public final class RunTimes {

  /// What is expected of one size, for whoever looks on.
  public record Expectation(int rows, long typicalNanos, long lateNanos) {}

  private static final double LATE = 0.99;

  // Sizes up to 8 are told apart, then four to each doubling.
  private static final int EXACT = 8;
  private static final int A_DOUBLING = 4;

  // A batch grows as long as that saves so much of the time a row.
  private static final double PAYS = 1.03;

  private final int[] sizes;
  private final @Nullable SizeTimes[] seen;
  private final long[] lastSeen;
  private final @Nullable Deviations[] deviations;
  private final double[] typical;
  private final double[] mean;
  private final double[] late;
  // Scratch of the regression.
  private final double[] level;
  private final double[] weight;
  private final int[] members;
  private long runs;
  private int efficient;

  public RunTimes(int maxRows) {
    sizes = sizes(maxRows);
    int count = sizes.length;
    seen = new SizeTimes[count];
    lastSeen = new long[count];
    deviations = new Deviations[octave(sizes[count - 1]) + 1];
    typical = new double[count];
    mean = new double[count];
    late = new double[count];
    level = new double[count];
    weight = new double[count];
    members = new int[count];
    efficient = maxRows;
  }

  private static int[] sizes(int maxRows) {
    var list = new ArrayList<Integer>();
    for (int size = 1; size < maxRows; size += step(size)) {
      list.add(size);
    }
    list.add(maxRows);
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int step(int size) {
    return size < EXACT ? 1 : Integer.highestOneBit(size) / A_DOUBLING;
  }

  private static int octave(int rows) {
    return 32 - Integer.numberOfLeadingZeros(rows - 1);
  }

  // The first size that is no smaller; the last for everything beyond.
  private int indexOf(int rows) {
    if (rows <= EXACT) {
      return Math.min(rows, sizes.length) - 1;
    }
    int found = Arrays.binarySearch(sizes, rows);
    return Math.min(found >= 0 ? found : -found - 1, sizes.length - 1);
  }

  /// Learns from a batch that held its runner for so long.
  public void learn(int rows, long nanos) {
    int index = indexOf(rows);
    double time = Math.max(1, nanos * ((double) Math.min(rows, sizes[index]) / rows));
    if (typical[index] > 0) {
      deviationsOf(index).add(time / typical[index]);
    }
    timesOf(index).add((long) time);
    lastSeen[index] = ++runs;
    refresh();
  }

  private SizeTimes timesOf(int index) {
    var times = seen[index];
    if (times == null) {
      times = new SizeTimes();
      seen[index] = times;
    }
    return times;
  }

  private Deviations deviationsOf(int index) {
    int octave = octave(sizes[index]);
    var found = deviations[octave];
    if (found == null) {
      found = new Deviations();
      deviations[octave] = found;
    }
    return found;
  }

  private void refresh() {
    regress();
    interpolate();
    spread();
    efficient = findEfficient();
  }

  // Pool adjacent violators: where a larger size seems faster, both are given their weighted mean.
  // What was seen long ago weighs little, because the machine may have been another then.
  private void regress() {
    int blocks = 0;
    for (int i = 0; i < sizes.length; i++) {
      var times = seen[i];
      if (times != null) {
        level[blocks] = times.median();
        weight[blocks] = times.count() / (1.0 + (runs - lastSeen[i]) / 256.0);
        members[blocks] = 1;
        blocks++;
        blocks = mergeBack(blocks);
      }
    }
    assign();
  }

  private int mergeBack(int count) {
    int blocks = count;
    while (blocks > 1 && level[blocks - 2] > level[blocks - 1]) {
      double sum = weight[blocks - 2] + weight[blocks - 1];
      level[blocks - 2] =
          (level[blocks - 2] * weight[blocks - 2] + level[blocks - 1] * weight[blocks - 1]) / sum;
      weight[blocks - 2] = sum;
      members[blocks - 2] += members[blocks - 1];
      blocks--;
    }
    return blocks;
  }

  private void assign() {
    int block = 0;
    int left = members[0];
    for (int i = 0; i < sizes.length; i++) {
      if (seen[i] != null) {
        if (left == 0) {
          left = members[++block];
        }
        typical[i] = level[block];
        left--;
      }
    }
  }

  private void interpolate() {
    int before = -1;
    int last = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (seen[i] != null) {
        fill(last, i);
        before = last;
        last = i;
      }
    }
    extend(before, last);
  }

  // Between two sizes that were seen; below the smallest its time, which cannot be too short.
  private void fill(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      typical[i] = from < 0 ? typical[to] : between(from, to, sizes[i]);
    }
  }

  private double between(int from, int to, int rows) {
    double part = (double) (rows - sizes[from]) / (sizes[to] - sizes[from]);
    return typical[from] + part * (typical[to] - typical[from]);
  }

  // Beyond the largest: at most in proportion. With a single size seen nothing is known about the
  // slope, and to take it as none lets larger batches be tried.
  private void extend(int before, int last) {
    double slope = before < 0 ? 0 : (typical[last] - typical[before]) / (sizes[last] - sizes[before]);
    double proportional = typical[last] / sizes[last];
    for (int i = last + 1; i < sizes.length; i++) {
      typical[i] = typical[last] + Math.min(slope, proportional) * (sizes[i] - sizes[last]);
    }
  }

  private void spread() {
    double ratio = 1.5;
    double average = 1;
    double floorMean = 0;
    double floorLate = 0;
    int largest = largestSeen();
    int octave = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (octave(sizes[i]) != octave) {
        octave = octave(sizes[i]);
        var known = deviations[octave];
        if (known != null) {
          ratio = Math.max(1, known.quantile(LATE));
          average = Math.max(1, known.mean());
        }
      }
      floorMean = Math.max(floorMean, typical[i] * average);
      mean[i] = floorMean;
      floorLate = Math.max(floorLate, cautious(i, largest) * ratio);
      late[i] = floorLate;
    }
  }

  // What nobody has seen may take as long in proportion.
  private double cautious(int index, int largest) {
    return index <= largest
        ? typical[index]
        : typical[largest] * ((double) sizes[index] / sizes[largest]);
  }

  private int largestSeen() {
    int i = sizes.length - 1;
    while (seen[i] == null) {
      i--;
    }
    return i;
  }

  private int findEfficient() {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < sizes.length; i++) {
      best = Math.min(best, mean[i] / sizes[i]);
    }
    int i = 0;
    while (mean[i] / sizes[i] > best * PAYS) {
      i++;
    }
    return sizes[i];
  }

  /// Whether anything is known at all.
  public boolean isKnown() {
    return runs > 0;
  }

  /// The median of what a batch takes; 0 while nothing is known.
  public long typical(int rows) {
    return (long) at(typical, rows);
  }

  /// What a batch takes on average, slow ones included.
  public long mean(int rows) {
    return (long) at(mean, rows);
  }

  /// What 99 of 100 batches do not exceed.
  public long late(int rows) {
    return (long) at(late, rows);
  }

  /// The smallest size at which a row takes, within 3 %, as little time as it can.
  public int efficient() {
    return efficient;
  }

  private double at(double[] values, int rows) {
    int index = indexOf(rows);
    double value = values[index];
    if (rows == sizes[index]) {
      return value;
    }
    return rows > sizes[index] ? value * rows / sizes[index] : inside(values, index, rows);
  }

  private double inside(double[] values, int index, int rows) {
    double below = values[index - 1];
    double part = (double) (rows - sizes[index - 1]) / (sizes[index] - sizes[index - 1]);
    return below + part * (values[index] - below);
  }

  /// What is expected of the sizes that were seen.
  public List<Expectation> expectations() {
    var known = new ArrayList<Expectation>();
    for (int i = 0; i < sizes.length; i++) {
      if (seen[i] != null) {
        known.add(new Expectation(sizes[i], (long) typical[i], (long) late[i]));
      }
    }
    return known;
  }
}
