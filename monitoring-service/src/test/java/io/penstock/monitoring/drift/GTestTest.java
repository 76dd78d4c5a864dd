package io.penstock.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GTestTest {

  private static final long SEED = 20260731;

  @Test
  void statistic_equalsTheOneOfCommonsStatistics() {
    var random = new Random(SEED);
    for (int trial = 0; trial < 500; trial++) {
      int bins = 2 + random.nextInt(20);
      var samples = new BinnedSamples(counts(random, bins), counts(random, bins));

      var expected =
          org.apache.commons.statistics.inference.GTest.withDefaults()
              .test(new long[][] {samples.reference(), samples.window()});

      assertThat(GTest.of(samples).statistic())
          .as("seed %d trial %d", SEED, trial)
          .isCloseTo(expected.getStatistic(), within(1e-6 * Math.max(1, expected.getStatistic())));
      assertThat(GTest.of(samples).degreesOfFreedom()).isEqualTo(bins - 1);
    }
  }

  @Test
  void statistic_isTheWeightedJensenShannonDivergence() {
    var samples = new BinnedSamples(new long[] {40, 30, 30}, new long[] {10, 5, 25});
    double[] p = {0.4, 0.3, 0.3};
    double[] q = {0.25, 0.125, 0.625};
    double g = 0;
    for (int i = 0; i < 3; i++) {
      double mixed = (100 * p[i] + 40 * q[i]) / 140;
      g += 2 * (100 * p[i] * Math.log(p[i] / mixed) + 40 * q[i] * Math.log(q[i] / mixed));
    }

    assertThat(GTest.of(samples).statistic()).isCloseTo(g, within(1e-9));
  }

  @Test
  void pValue_withManyValues_equalsTheOneOfCommonsStatistics() {
    var samples = new BinnedSamples(new long[] {40_000, 30_100}, new long[] {20_000, 15_300});

    var expected =
        org.apache.commons.statistics.inference.GTest.withDefaults()
            .test(new long[][] {samples.reference(), samples.window()});

    assertThat(GTest.of(samples).pValue()).isCloseTo(expected.getPValue(), within(1e-4));
  }

  @Test
  void pValue_ofAlikeSamples_isOne() {
    var samples = new BinnedSamples(new long[] {50, 50}, new long[] {500, 500});

    assertThat(GTest.of(samples).pValue()).isCloseTo(1, within(1e-9));
  }

  private static long[] counts(Random random, int bins) {
    return random.longs(bins, 1, 500).toArray();
  }
}
