package io.penstock.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.registry.benchmark.SuiteMetric.Baseline;
import io.penstock.registry.version.VersionName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final VersionName PRIMARY = new VersionName("flight-delay", 1);
  private static final double[] LABELS = {0, 0, 1, 1, 1};
  private static final double[] PREDICTIONS = {0.1, 0.5, 0.5, 0.8, 0.9};

  @Test
  void results_ofFiveRows_areThoseOfPaper() {
    // Of six pairs five and a half are in order: 0.5 against 0.5 counts half.
    assertThat(value(Measure.AUC)).isCloseTo(5.5 / 6, within(1e-15));
    assertThat(value(Measure.ACCURACY)).isEqualTo(0.8);
    assertThat(value(Measure.BRIER))
        .isCloseTo((0.01 + 0.25 + 0.25 + 0.04 + 0.01) / 5, within(1e-15));
    assertThat(value(Measure.RMSE)).isCloseTo(Math.sqrt(0.56 / 5), within(1e-15));
    assertThat(value(Measure.MAE)).isCloseTo((0.1 + 0.5 + 0.5 + 0.2 + 0.1) / 5, within(1e-15));
    assertThat(value(Measure.LOG_LOSS))
        .isCloseTo(-Math.log(0.9 * 0.5 * 0.5 * 0.8 * 0.9) / 5, within(1e-15));
  }

  @Test
  void logLoss_ofACertainMistake_isFinite() {
    var result = only(Measure.LOG_LOSS, new double[] {1, 0, 1, 1, 1}, Rival.none());
    assertThat(result.value()).isCloseTo(-Math.log(1e-15) / 5, within(1e-12));
    assertThat(result.value()).isFinite();
  }

  @Test
  void accuracy_ofNoMistake_isNotCertain() {
    var interval =
        only(Measure.ACCURACY, new double[] {0, 0, 1, 1, 1}, Rival.none()).interval().orElseThrow();
    assertThat(interval.lower()).isBetween(0.5, 0.6);
    assertThat(interval.upper()).isCloseTo(1, within(1e-12));
  }

  @Test
  void intervals_holdTheTruthAboutAsOftenAsTheySay() {
    var random = new SplittableRandom(11);
    int held = 0;
    for (int i = 0; i < 100; i++) {
      var labels = new double[300];
      var predictions = new double[300];
      for (int row = 0; row < 300; row++) {
        labels[row] = random.nextInt(2);
        predictions[row] = labels[row] + random.nextGaussian();
      }
      var interval =
          new Evaluation(labels, predictions, Rival.none())
              .results(List.of(new SuiteMetric(Measure.AUC, new Baseline.None())))
              .getFirst()
              .interval()
              .orElseThrow();
      // Two normals whose means are one deviation apart: Φ(1/√2).
      held += interval.lower() <= 0.760250 && 0.760250 <= interval.upper() ? 1 : 0;
    }
    assertThat(held).isBetween(88, 100);
  }

  @Test
  void results_againstProduction_arePaired() {
    var random = new SplittableRandom(3);
    var labels = new double[2_000];
    var better = new double[2_000];
    var worse = new double[2_000];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = random.nextInt(2);
      double shared = random.nextGaussian();
      better[row] = labels[row] + shared;
      worse[row] = 0.95 * labels[row] + shared;
    }
    var metrics = List.of(new SuiteMetric(Measure.AUC, new Baseline.Production()));
    var result =
        new Evaluation(labels, better, Rival.of(PRIMARY, Optional.of(worse)))
            .results(metrics)
            .getFirst();
    var comparison = result.comparison().orElseThrow();
    assertThat(result.meetsBaseline()).isTrue();
    assertThat(comparison.version()).contains(PRIMARY);
    assertThat(comparison.difference())
        .isCloseTo(result.value() - comparison.value(), within(1e-12));
    // Either interval alone is wider than the difference that the rows in common make certain.
    var alone = result.interval().orElseThrow();
    assertThat(alone.lower()).isLessThan(comparison.value());
    assertThat(comparison.interval().orElseThrow().lower()).isPositive();
  }

  @Test
  void baseline_thatNobodyMeasured_isNotMet() {
    var unmeasured = Rival.of(PRIMARY, Optional.empty());
    assertThat(against(new Baseline.Production(), unmeasured).meetsBaseline()).isFalse();
    assertThat(against(new Baseline.Production(), Rival.none()).meetsBaseline()).isTrue();
    assertThat(against(new Baseline.None(), unmeasured).meetsBaseline()).isTrue();
    assertThat(against(new Baseline.Fixed(0.2), unmeasured).meetsBaseline()).isTrue();
    assertThat(against(new Baseline.Fixed(0.1), unmeasured).meetsBaseline()).isFalse();
  }

  // Brier, 0.112: the lower the better.
  private static Result against(Baseline baseline, Rival rival) {
    return new Evaluation(LABELS, PREDICTIONS, rival)
        .results(List.of(new SuiteMetric(Measure.BRIER, baseline)))
        .getFirst();
  }

  @Test
  void results_areTheSameEachTime() {
    var all =
        Arrays.stream(Measure.values())
            .map(measure -> new SuiteMetric(measure, new Baseline.Fixed(0.5)))
            .toList();
    var evaluation = new Evaluation(LABELS, PREDICTIONS, Rival.none());
    assertThat(evaluation.results(all)).isEqualTo(evaluation.results(all));
  }

  private static double value(Measure measure) {
    return only(measure, PREDICTIONS, Rival.none()).value();
  }

  private static Result only(Measure measure, double[] predictions, Rival rival) {
    return new Evaluation(LABELS, predictions, rival)
        .results(List.of(new SuiteMetric(measure, new Baseline.None())))
        .getFirst();
  }
}
