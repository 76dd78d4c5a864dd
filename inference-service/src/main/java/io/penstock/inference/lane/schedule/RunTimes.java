package io.penstock.inference.lane.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about how long a batch of a version holds its runner, learned from the batches
/// that ran: by size, never falling with size, and forgetting.
///
/// The typical time of a size is the median of its last runs, made monotone over the sizes by
/// isotonic regression. How far single runs are off from it is learned over neighbouring sizes
/// together: one size alone seldom has the thousand runs that a 99th percentile takes. Sizes never
/// seen lie on the line between those that were; beyond the largest each row adds what it adds in
/// the straight line through all.
public final class RunTimes {

  /// What is expected of one size, for whoever looks on.
  public record Expectation(int rows, long typicalNanos, long lateNanos) {}

  private static final double LATE = 0.99;
  private static final double UNKNOWN_RATIO = 1.5;

  // Sizes up to 8 are told apart, then four to each doubling.
  private static final int EXACT = 8;
  private static final int A_DOUBLING = 4;

  // A batch grows as long as that saves so much of the time a row.
  private static final double PAYS = 1.02;

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
  private double perRun;
  private double perRow;
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
    fit();
    interpolate();
    spread();
    efficient = findEfficient();
  }

  // Pool adjacent violators: where a larger size seems faster, both are given their weighted mean.
  private void regress() {
    int blocks = 0;
    for (int i = 0; i < sizes.length; i++) {
      var times = seen[i];
      if (times != null) {
        level[blocks] = times.median();
        weight[blocks] = certainty(i, times);
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

  // A straight line through what was seen, by least squares of the relative errors: what a run
  // costs, and what a row adds.
  private void fit() {
    double ones = 0;
    double rows = 0;
    double squares = 0;
    double times = 0;
    double products = 0;
    for (int i = 0; i < sizes.length; i++) {
      var known = seen[i];
      if (known != null) {
        double time = known.median();
        double counts = certainty(i, known) / (time * time);
        ones += counts;
        rows += counts * sizes[i];
        squares += counts * sizes[i] * sizes[i];
        times += counts * time;
        products += counts * sizes[i] * time;
      }
    }
    double spread = ones * squares - rows * rows;
    // One size says nothing about the slope; to take it as none lets larger ones be tried.
    perRow = spread <= 1e-9 * ones * squares ? 0 : (ones * products - rows * times) / spread;
    perRow = Math.clamp(perRow, 0, products / squares);
    perRun = Math.max(0, (times - perRow * rows) / ones);
  }

  // What was seen long ago weighs little, because the machine may have been another then.
  private double certainty(int index, SizeTimes times) {
    return times.count() / (1.0 + (runs - lastSeen[index]) / 256.0);
  }

  private void interpolate() {
    int last = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (seen[i] != null) {
        fill(last, i);
        last = i;
      }
    }
    extend(last);
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

  // Beyond the largest what a row adds goes on, at most in proportion.
  private void extend(int last) {
    double slope = Math.min(perRow, typical[last] / sizes[last]);
    for (int i = last + 1; i < sizes.length; i++) {
      typical[i] = typical[last] + slope * (sizes[i] - sizes[last]);
    }
  }

  private void spread() {
    double ratio = firstRatio();
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

  private double firstRatio() {
    int octave = 0;
    while (deviations[octave] == null && octave < deviations.length - 1) {
      octave++;
    }
    var known = deviations[octave];
    return known == null ? UNKNOWN_RATIO : Math.max(1, known.quantile(LATE));
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

  // From the line rather than from single sizes, whose noise would make this jump.
  private int findEfficient() {
    int most = sizes[sizes.length - 1];
    double saved = (PAYS - 1) * perRow + PAYS * perRun / most;
    return saved <= 0 ? 1 : (int) Math.clamp(Math.ceil(perRun / saved), 1, most);
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

  /// The smallest size at which a row takes, within 2 %, as little time as it can.
  public int efficient() {
    return efficient;
  }

  /// The largest size that something is known about: twice the largest that was seen.
  public int known() {
    return runs == 0 ? sizes[sizes.length - 1] : 2 * sizes[largestSeen()];
  }

  /// The same, but no more than a run of so many nanoseconds can hold.
  public int efficient(long nanos) {
    double most = perRow > 0 ? (nanos - perRun) / perRow : efficient;
    return (int) Math.clamp(most, 1, efficient);
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
