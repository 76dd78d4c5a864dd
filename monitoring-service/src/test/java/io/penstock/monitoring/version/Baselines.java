package io.penstock.monitoring.version;

import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.ModelVersion;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/// Baselines made from samples, the way training makes them.
public final class Baselines {

  private Baselines() {}

  public static Baseline of(DatasetProfile profile) {
    return BaselineProtos.fromProto(profile.toByteArray(), OptionalDouble.empty());
  }

  /// A registered version: its numeric input `x` is standard normal, its output `probability`
  /// uniform.
  public static ModelVersion version(String name, double auc) {
    var random = new Random(2001);
    return ModelVersion.newBuilder()
        .setName(name)
        .putMetrics("auc", auc)
        .setBaselineProfile(
            DatasetProfile.newBuilder()
                .addColumns(
                    numeric(
                        "x", random.doubles(5000).map(_ -> random.nextGaussian()).toArray(), 20))
                .addColumns(numeric("probability", random.doubles(5000).toArray(), 20)))
        .build();
  }

  /// A numeric column cut at the quantiles of the sample into at most the given number of bins.
  public static ColumnProfile numeric(String name, double[] sample, int bins) {
    double[] sorted = Arrays.stream(sample).filter(x -> !Double.isNaN(x)).sorted().toArray();
    double[] edges = new double[bins - 1];
    for (int i = 1; i < bins; i++) {
      edges[i - 1] = sorted[(int) ((long) i * sorted.length / bins)];
    }
    edges = Arrays.stream(edges).distinct().toArray();
    long[] counts = new long[edges.length + 1];
    for (double value : sorted) {
      int bin = 0;
      while (bin < edges.length && value > edges[bin]) {
        bin++;
      }
      counts[bin]++;
    }
    var profile =
        ColumnProfile.newBuilder()
            .setName(name)
            .setMissing(sample.length - sorted.length)
            .setMean(Arrays.stream(sorted).average().orElse(0))
            .setStandardDeviation(1);
    for (double edge : edges) {
      profile.getHistogramBuilder().addEdges(edge);
    }
    for (long count : counts) {
      profile.getHistogramBuilder().addCounts(count);
    }
    return profile.build();
  }

  public static ColumnProfile categorical(String name, Map<String, Long> counts) {
    var profile = ColumnProfile.newBuilder().setName(name);
    profile.getCategoriesBuilder().putAllCounts(counts);
    return profile.build();
  }
}
