package io.penstock.registry.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.statistics.inference.DataDispersion;
import org.apache.commons.statistics.inference.TTest;
import org.junit.jupiter.api.Test;

class IntervalsTest {

  private static final long SEED = 20_261_122;

  private final SplittableRandom random = new SplittableRandom(SEED);

  // The interval of 95 % ends where the p-value of the test becomes 5 %.
  @Test
  void ofMean_endsWhereTheTestTurns() {
    for (int n : new int[] {2, 3, 7, 40}) {
      var values = random.doubles(n, -3, 8).toArray();
      var interval = Intervals.ofMean(sample(values), 0.95).orElseThrow();
      for (double end : new double[] {interval.lower(), interval.upper()}) {
        assertThat(TTest.withDefaults().withMu(end).test(values).getPValue())
            .isCloseTo(0.05, within(1e-9));
      }
    }
  }

  @Test
  void ofDifference_endsWhereWelchsTestTurns() {
    for (int n : new int[] {2, 5, 30}) {
      var from = random.doubles(n, 0, 1).toArray();
      var to = random.doubles(n + 3, 0, 9).toArray();
      var interval = Intervals.ofDifference(sample(from), sample(to), 0.9).orElseThrow();
      var test = TTest.withDefaults().with(DataDispersion.HETEROSCEDASTIC);
      for (double end : new double[] {interval.lower(), interval.upper()}) {
        assertThat(test.withMu(end).test(to, from).getPValue()).isCloseTo(0.1, within(1e-9));
      }
    }
  }

  @Test
  void ofShare_isWilsons() {
    // Where the score test's statistic is the normal quantile.
    for (int trials : new int[] {1, 10, 333}) {
      for (int successes : new int[] {0, trials / 3, trials}) {
        var interval = Intervals.ofShare(new Share(successes, trials), 0.95).orElseThrow();
        for (double end : new double[] {interval.lower(), interval.upper()}) {
          double distance = (double) successes / trials - end;
          assertThat(distance * distance * trials)
              .isCloseTo(1.959963984540054 * 1.959963984540054 * end * (1 - end), within(1e-9));
        }
      }
    }
  }

  // Newcombe 1998, table II, method 10: the example 56/70 and 48/80.
  @Test
  void ofDifference_ofShares_isNewcombes() {
    var interval = Intervals.ofDifference(new Share(48, 80), new Share(56, 70), 0.95).orElseThrow();
    assertThat(interval.lower()).isCloseTo(0.0524, within(5e-5));
    assertThat(interval.upper()).isCloseTo(0.3339, within(5e-5));
  }

  @Test
  void fewValues_haveNoInterval() {
    assertThat(Intervals.ofMean(sample(1), 0.95)).isEmpty();
    assertThat(Intervals.byBootstrap(sample(1), 0.95, SEED)).isEmpty();
    assertThat(Intervals.ofDifference(sample(1), sample(1, 2), 0.95)).isEmpty();
    assertThat(Intervals.ofShare(new Share(0, 0), 0.95)).isEmpty();
  }

  @Test
  void equalValues_haveAPoint() {
    assertThat(Intervals.ofMean(sample(0.1, 0.1, 0.1), 0.95))
        .hasValueSatisfying(it -> assertThat(it.upper() - it.lower()).isLessThan(1e-15));
    assertThat(Intervals.ofDifference(sample(1, 1), sample(3, 3), 0.95))
        .contains(new Interval(2, 2));
  }

  // Welch's degrees of freedom are the same in every unit, down to where squares of squares vanish.
  @Test
  void ofDifference_isTheSameInEveryUnit() {
    var from = new double[] {1, 2, 4, 8};
    var to = new double[] {3, 5, 6};
    var interval = Intervals.ofDifference(sample(from), sample(to), 0.95).orElseThrow();
    for (double unit : new double[] {1e-120, 1e120}) {
      var scaled =
          Intervals.ofDifference(sample(times(from, unit)), sample(times(to, unit)), 0.95)
              .orElseThrow();
      assertThat(scaled.lower() / unit).isCloseTo(interval.lower(), within(1e-9));
      assertThat(scaled.upper() / unit).isCloseTo(interval.upper(), within(1e-9));
    }
  }

  private static double[] times(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  @Test
  void valuesThatNoSquareHolds_haveNoInterval() {
    var huge = sample(1.7e308, 1.7e308, -1.7e308);
    assertThat(Intervals.ofMean(huge, 0.95)).isEmpty();
    assertThat(Intervals.ofDifference(huge, sample(1, 2, 3), 0.95)).isEmpty();
    assertThat(Intervals.byBootstrap(huge, 0.95, SEED)).isEmpty();
    assertThat(Intervals.ofShare(new Share(1e308, Double.POSITIVE_INFINITY), 0.95)).isEmpty();
  }

  @Test
  void byBootstrap_ofManyValues_isStudentsT() {
    var many = sample(random.doubles(1_001, 0, 1).toArray());
    assertThat(Intervals.byBootstrap(many, 0.95, SEED)).isEqualTo(Intervals.ofMean(many, 0.95));
    var few = sample(random.doubles(30, 0, 1).toArray());
    assertThat(Intervals.byBootstrap(few, many, 0.95, SEED))
        .isNotEqualTo(Intervals.ofDifference(few, many, 0.95))
        .isPresent();
  }

  @Test
  void byBootstrap_isTheSameForTheSameValuesInAnyOrder() {
    var values = random.doubles(25).boxed().toList();
    var turned = values.reversed();
    assertThat(Intervals.byBootstrap(Sample.of(values), 0.95, SEED))
        .isEqualTo(Intervals.byBootstrap(Sample.of(turned), 0.95, SEED))
        .isNotEqualTo(Intervals.byBootstrap(Sample.of(values), 0.95, SEED + 1));
  }

  // An interval of 90 % holds the truth in nine of ten experiments. Three standard errors of 2,000
  // experiments are 2 %; the bootstrap of 40 skewed values is known to be some 2 % too narrow.
  @Test
  void intervals_holdTheTruthAsOftenAsTheySay() {
    assertThat(coverage(it -> Intervals.ofMean(it, 0.9), 5, 2_000, this::normal, 0))
        .isCloseTo(0.9, within(0.02));
    assertThat(coverage(it -> Intervals.byBootstrap(it, 0.9, 1), 40, 300, this::exponential, 1))
        .isCloseTo(0.88, within(0.06));
  }

  private double coverage(
      Function<Sample, Optional<Interval>> method,
      int size,
      int experiments,
      DoubleSupplier value,
      double truth) {
    int held = 0;
    for (int i = 0; i < experiments; i++) {
      var values = IntStream.range(0, size).mapToObj(_ -> value.getAsDouble()).toList();
      var interval = method.apply(Sample.of(values)).orElseThrow();
      held += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
    }
    return held / (double) experiments;
  }

  private double normal() {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private double exponential() {
    return -Math.log(1 - random.nextDouble());
  }

  @Test
  void stabilityIndex_ofOneDistribution_isWhatChanceMakes() {
    double sum = 0;
    double byChance = 0;
    for (int i = 0; i < 400; i++) {
      var index = StabilityIndex.of(counts(2_000), counts(500));
      sum += index.psi();
      byChance = index.byChance();
    }
    assertThat(sum / 400).isCloseTo(byChance, within(byChance / 10));
  }

  private List<Long> counts(int values) {
    var counts = new long[10];
    for (int i = 0; i < values; i++) {
      counts[random.nextInt(counts.length)]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  @Test
  void stabilityIndex_ofTheSameCounts_isZero() {
    assertThat(StabilityIndex.of(List.of(1L, 0L, 9L), List.of(1L, 0L, 9L)).psi()).isZero();
    assertThat(StabilityIndex.of(List.of(10L, 0L), List.of(0L, 10L)).psi()).isFinite();
    assertThatThrownBy(() -> StabilityIndex.of(List.of(1L), Collections.nCopies(2, 1L)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Sample sample(double... values) {
    return Sample.of(Arrays.stream(values).boxed().toList());
  }
}
