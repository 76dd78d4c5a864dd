package io.penstock.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchFdrTest {

  private static final double RATE = 0.05;
  private static final long SEED = 7;

  @Test
  void level_ofTheFirstBatch_isItsShareOfTheRate() {
    assertThat(BatchFdr.START.level(RATE, 10)).isCloseTo(RATE / 2.2857657, within(1e-7));
  }

  @Test
  void level_growsWithDiscoveriesAndFallsWithTime() {
    double fresh = new BatchFdr(9, 0).level(RATE, 10);

    assertThat(new BatchFdr(9, 20).level(RATE, 10)).isCloseTo(3 * fresh, within(1e-12));
    assertThat(new BatchFdr(19, 0).level(RATE, 10))
        .isCloseTo(fresh * Math.pow(0.5, 1.6), within(1e-12));
  }

  @Test
  void levels_withoutDiscoveries_neverAddUpToMoreThanTheRate() {
    double sum = 0;
    for (int t = 0; t < 1_000_000; t++) {
      sum += new BatchFdr(t, 0).level(RATE, 1);
    }
    // What the rest of the sequence can still add: the integral of t^-1.6.
    sum += RATE / 2.2857658 * Math.pow(1e6, -0.6) / 0.6;

    assertThat(sum).isLessThanOrEqualTo(RATE).isCloseTo(RATE, within(1e-6));
  }

  @Test
  void decide_isBenjaminiHochbergAtTheLevelOfTheBatch() {
    var random = new Random(SEED);
    for (int trial = 0; trial < 500; trial++) {
      double[] pValues =
          random.doubles(1 + random.nextInt(25)).map(p -> p * p * p * p * p).toArray();
      double level = BatchFdr.START.level(RATE, pValues.length);

      var decision = BatchFdr.START.decide(RATE, pValues);

      assertThat(Arrays.stream(pValues).filter(decision::isDiscovery).count())
          .as("seed %d trial %d", SEED, trial)
          .isEqualTo(decision.discovered())
          .isEqualTo(benjaminiHochberg(pValues, level));
      assertThat(decision.next()).isEqualTo(new BatchFdr(1, decision.discovered()));
    }
  }

  // As the R package onlineFDR decides its own two examples of BatchPRDS.
  @Test
  void decide_agreesWithOnlineFdr() {
    var first = BatchFdr.START.decide(RATE, new double[] {1e-4, 0.1});
    var second = first.next().decide(RATE, new double[] {1e-4});

    assertThat(first.isDiscovery(1e-4)).isTrue();
    assertThat(first.isDiscovery(0.1)).isFalse();
    assertThat(second.isDiscovery(1e-4)).isTrue();
  }

  @Test
  void simulation_withoutDrift_rarelyDiscoversAnything() {
    var random = new Random(SEED);
    int trials = 2000;
    int withDiscovery = 0;
    for (int trial = 0; trial < trials; trial++) {
      var state = BatchFdr.START;
      for (int window = 0; window < 100; window++) {
        state = state.decide(RATE, random.doubles(20).toArray()).next();
      }
      withDiscovery += state.discoveries() > 0 ? 1 : 0;
    }

    // Where nothing is true, the rate is the chance of any discovery in the whole sequence.
    assertThat(withDiscovery / (double) trials).as("seed %d", SEED).isLessThan(RATE + 0.015);
  }

  @Test
  void simulation_withSomeDrift_keepsTheShareOfFalseDiscoveries() {
    var random = new Random(SEED);
    int trials = 1000;
    double sumOfShares = 0;
    long missed = 0;
    for (int trial = 0; trial < trials; trial++) {
      var state = BatchFdr.START;
      int falseOnes = 0;
      int all = 0;
      for (int window = 0; window < 50; window++) {
        // Columns move together: a shared part makes their p-values depend on each other
        // positively.
        double shared = random.nextGaussian();
        double[] pValues = new double[20];
        for (int column = 0; column < 20; column++) {
          double shift = column < 4 ? 6 : 0;
          pValues[column] =
              upperTail(Math.sqrt(0.5) * shared + Math.sqrt(0.5) * random.nextGaussian() + shift);
        }
        var decision = state.decide(RATE, pValues);
        for (int column = 0; column < 20; column++) {
          boolean found = decision.isDiscovery(pValues[column]);
          all += found ? 1 : 0;
          falseOnes += found && column >= 4 ? 1 : 0;
          missed += !found && column < 4 ? 1 : 0;
        }
        state = decision.next();
      }
      sumOfShares += all == 0 ? 0 : (double) falseOnes / all;
    }

    assertThat(sumOfShares / trials).as("seed %d", SEED).isLessThan(RATE);
    assertThat(missed / (trials * 50 * 4.0)).as("missed, seed %d", SEED).isLessThan(0.05);
  }

  private static double upperTail(double z) {
    return org.apache.commons.statistics.distribution.NormalDistribution.of(0, 1)
        .survivalProbability(z);
  }

  private static long benjaminiHochberg(double[] pValues, double level) {
    double[] sorted = pValues.clone();
    Arrays.sort(sorted);
    long rejected = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] <= level * (i + 1) / sorted.length) {
        rejected = i + 1L;
      }
    }
    return rejected;
  }
}
