package io.penstock.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BinnedSamplesTest {

  private static final long SEED = 42;

  @Test
  void withoutSparseBins_joinsNeighbours() {
    var samples = new BinnedSamples(new long[] {100, 1, 1, 100, 2}, new long[] {100, 0, 2, 100, 0});

    var joined = samples.withoutSparseBins(true);

    assertThat(joined.reference()).containsExactly(100, 104);
    assertThat(joined.window()).containsExactly(100, 102);
  }

  @Test
  void withoutSparseBins_ofCategories_joinsTheRarest() {
    var samples = new BinnedSamples(new long[] {1, 100, 2, 100, 3}, new long[] {2, 100, 1, 100, 3});

    var joined = samples.withoutSparseBins(false);

    assertThat(joined.reference()).containsExactly(100, 100, 6);
    assertThat(joined.window()).containsExactly(100, 100, 6);
  }

  @Test
  void withoutSparseBins_ofOneValue_leavesOneBin() {
    var samples = new BinnedSamples(new long[] {0, 500, 0}, new long[] {0, 300, 0});

    assertThat(samples.withoutSparseBins(true).bins()).isEqualTo(1);
  }

  @Test
  void withoutSparseBins_keepsTotalsAndExpectsFiveInEachBin() {
    var random = new Random(SEED);
    for (int trial = 0; trial < 1000; trial++) {
      int bins = 1 + random.nextInt(30);
      var samples =
          new BinnedSamples(
              random.longs(bins, 0, 40).toArray(), random.longs(bins, 0, 10).toArray());
      if (samples.referenceTotal() < 20 || samples.windowTotal() < 20) {
        continue;
      }

      var joined = samples.withoutSparseBins(random.nextBoolean());

      assertThat(joined.referenceTotal()).isEqualTo(samples.referenceTotal());
      assertThat(joined.windowTotal()).isEqualTo(samples.windowTotal());
      double share =
          (double) Math.min(samples.referenceTotal(), samples.windowTotal())
              / (samples.referenceTotal() + samples.windowTotal());
      for (int bin = 0; bin < joined.bins(); bin++) {
        assertThat((joined.reference()[bin] + joined.window()[bin]) * share)
            .as("seed %d trial %d bin %d", SEED, trial, bin)
            .isGreaterThanOrEqualTo(5);
      }
    }
  }
}
