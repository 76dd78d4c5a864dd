package io.penstock.monitoring.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  private static final long SEED = 5;

  @Test
  void percentile_isWithinTheBucketOfTheExactOne() {
    var random = new Random(SEED);
    long[] latencies =
        random
            .longs(20_000, 0, 1)
            .map(_ -> (long) (500 * Math.exp(random.nextGaussian())))
            .toArray();
    var histogram = new LatencyHistogram();
    Arrays.stream(latencies).forEach(histogram::record);
    Arrays.sort(latencies);

    for (double q : new double[] {0.01, 0.5, 0.9, 0.95, 0.99, 0.999}) {
      long exact = latencies[(int) Math.ceil(q * latencies.length) - 1];
      assertThat(histogram.percentile(q))
          .as("seed %d q %s", SEED, q)
          .isCloseTo(exact, withinPercentage(4.5));
    }
  }

  @Test
  void add_ofParts_isTheSameAsTheWhole() {
    var random = new Random(SEED);
    var whole = new LatencyHistogram();
    var sum = new LatencyHistogram();
    for (int part = 0; part < 10; part++) {
      var piece = new LatencyHistogram();
      for (int i = 0; i < 1000; i++) {
        long latency = random.nextLong(1, 2_000_000);
        whole.record(latency);
        piece.record(latency);
      }
      sum.add(LatencyHistogram.of(piece.buckets()).buckets());
    }

    assertThat(sum.buckets()).isEqualTo(whole.buckets());
    assertThat(sum.total()).isEqualTo(10_000);
  }

  @Test
  void percentile_atTheEnds_staysInside() {
    var histogram = new LatencyHistogram();
    assertThat(histogram.percentile(0.5)).isZero();

    histogram.record(0);
    assertThat(histogram.percentile(0.99)).isEqualTo(1);

    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.percentile(1)).isGreaterThan(6e10).isFinite();
  }

  @Test
  void above_countsWhatTookLonger() {
    var histogram = new LatencyHistogram();
    for (int i = 1; i <= 100; i++) {
      histogram.record(i * 1000L);
    }

    assertThat(histogram.above(50_000)).isBetween(46L, 50L);
    assertThat(histogram.above(200_000)).isZero();
  }
}
