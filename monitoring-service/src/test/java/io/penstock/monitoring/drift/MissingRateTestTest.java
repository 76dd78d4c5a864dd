package io.penstock.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.statistics.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class MissingRateTestTest {

  // The square of the pooled z is Pearson's chi-square of the two-by-two table.
  @Test
  void of_enoughMissing_equalsTheChiSquareTest() {
    var samples = new BinnedSamples(new long[] {40, 960}, new long[] {35, 465});

    var expected =
        ChiSquareTest.withDefaults().test(new long[][] {samples.reference(), samples.window()});

    var test = MissingRateTest.of(samples);
    assertThat(test.statistic() * test.statistic())
        .isCloseTo(expected.getStatistic(), within(1e-9));
    assertThat(test.pValue()).isCloseTo(expected.getPValue(), within(1e-9));
    assertThat(test.statistic()).isPositive();
  }

  @Test
  void of_fewMissing_isExact() {
    // All four that are missing fall into the window, which is a fifth of all values.
    var samples = new BinnedSamples(new long[] {0, 800}, new long[] {4, 196});

    double chance = 1;
    for (int i = 0; i < 4; i++) {
      chance *= (200.0 - i) / (1000 - i);
    }

    assertThat(MissingRateTest.of(samples).pValue()).isCloseTo(chance, within(1e-9));
  }

  @Test
  void of_noneMissing_isNoEvidence() {
    var test = MissingRateTest.of(new BinnedSamples(new long[] {0, 500}, new long[] {0, 300}));

    assertThat(test.pValue()).isEqualTo(1);
    assertThat(test.statistic()).isZero();
  }
}
