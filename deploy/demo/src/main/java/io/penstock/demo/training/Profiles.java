package io.penstock.demo.training;

import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.Histogram;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The distribution of every column of a table, between edges that hold about the same number of
/// values each: what monitoring compares live traffic with.
public final class Profiles {

  private static final int BINS = 20;

  private Profiles() {}

  public static DatasetProfile of(TrainingTable table) {
    DatasetProfile.Builder profile = DatasetProfile.newBuilder();
    for (int column = 0; column < table.columns().size(); column++) {
      profile.addColumns(of(table.columns().get(column), table.column(column)));
    }
    return profile.build();
  }

  public static ColumnProfile of(String name, double[] values) {
    double[] present =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    double mean = Arrays.stream(present).average().orElse(Double.NaN);
    return ColumnProfile.newBuilder()
        .setName(name)
        .setHistogram(histogram(present))
        .setMissing(values.length - present.length)
        .setMean(mean)
        .setStandardDeviation(standardDeviation(present, mean))
        .build();
  }

  /// Bin i holds `edges[i-1] < x <= edges[i]`.
  private static Histogram histogram(double[] sorted) {
    double[] edges = edges(sorted);
    long[] counts = new long[edges.length + 1];
    for (double value : sorted) {
      int found = Arrays.binarySearch(edges, value);
      counts[found >= 0 ? found : ~found]++;
    }
    Histogram.Builder histogram = Histogram.newBuilder();
    DoubleStream.of(edges).forEach(histogram::addEdges);
    Arrays.stream(counts).forEach(histogram::addCounts);
    return histogram.build();
  }

  /// The quantiles, without the largest value: the last bin is open and must not be empty from the
  /// start.
  private static double[] edges(double[] sorted) {
    if (sorted.length == 0) {
      return new double[0];
    }
    double largest = sorted[sorted.length - 1];
    return IntStream.range(1, BINS)
        .mapToDouble(bin -> sorted[(int) ((long) sorted.length * bin / BINS)])
        .filter(edge -> edge < largest)
        .distinct()
        .toArray();
  }

  private static double standardDeviation(double[] values, double mean) {
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / Math.max(1, values.length - 1));
  }
}
