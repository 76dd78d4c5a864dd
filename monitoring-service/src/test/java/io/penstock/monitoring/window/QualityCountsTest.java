package io.penstock.monitoring.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QualityCountsTest {

  private static final long SEED = 99;

  private record Scored(double score, int label) {}

  @Test
  void auc_equalsTheCountOfOrderedPairs() {
    var random = new Random(SEED);
    for (int trial = 0; trial < 50; trial++) {
      var rows = rows(random, 300);
      var counts = new QualityCounts();
      for (var row : rows) {
        counts.label(row.score(), row.label());
      }

      // Two scores in one bin count as a tie; 300 rows in 1000 bins leave few of those.
      assertThat(counts.quality().auc().value())
          .as("seed %d trial %d", SEED, trial)
          .isCloseTo(bruteForce(rows), within(2e-3));
    }
  }

  @Test
  void auc_ofScoresOnBinCentres_isExact() {
    var random = new Random(SEED);
    var rows = rows(random, 500);
    var counts = new QualityCounts();
    for (int i = 0; i < rows.length; i++) {
      double centre = (Math.floor(rows[i].score() * 50) + 0.5) / 50;
      rows[i] = new Scored(centre, rows[i].label());
      counts.label(centre, rows[i].label());
    }

    assertThat(counts.quality().auc().value()).isCloseTo(bruteForce(rows), within(1e-12));
  }

  @Test
  void figures_equalTheirDefinitions() {
    var counts = new QualityCounts();
    counts.label(0.9, 1);
    counts.label(0.6, 0);
    counts.label(0.2, 0);
    counts.label(0.4, 1);

    var quality = counts.quality();

    assertThat(quality.labels()).isEqualTo(4);
    assertThat(quality.labelRate()).isEqualTo(0.5);
    assertThat(quality.accuracy()).isEqualTo(0.5);
    assertThat(quality.brier()).isCloseTo((0.01 + 0.36 + 0.04 + 0.36) / 4, within(1e-12));
    assertThat(quality.auc().value()).isEqualTo(0.75);
  }

  // Hanley and McNeil's own example: 51 abnormal and 58 normal cases, area 0.893, standard error
  // 0.0316 or so.
  @Test
  void standardError_isHanleyAndMcNeils() {
    double area = 0.893;
    double q1 = area / (2 - area);
    double q2 = 2 * area * area / (1 + area);
    double expected =
        Math.sqrt(
            (area * (1 - area) + 50 * (q1 - area * area) + 57 * (q2 - area * area)) / (51 * 58));
    long[] positives = new long[QualityCounts.BINS];
    long[] negatives = new long[QualityCounts.BINS];
    // 2641.5 of 2958 pairs in order: an area of 0.893.
    positives[500] = 51;
    negatives[100] = 51;
    negatives[500] = 1;
    negatives[900] = 6;
    double made = (51 * 51 + 51 / 2.0) / (51 * 58);

    var auc = Auc.of(positives, negatives);

    assertThat(auc.value()).isCloseTo(made, within(1e-12));
    assertThat(auc.standardError()).isCloseTo(expected, within(3e-3));
  }

  @Test
  void standardError_coversTheTruthAboutAsOftenAsItSays() {
    var random = new Random(SEED);
    int trials = 1000;
    int covered = 0;
    double truth = 0.7602499389; // of two normals one standard deviation apart: Φ(1 / √2)
    for (int trial = 0; trial < trials; trial++) {
      var counts = new QualityCounts();
      for (int i = 0; i < 400; i++) {
        int label = i % 4 == 0 ? 1 : 0;
        counts.label(1 / (1 + Math.exp(-(random.nextGaussian() + label))), label);
      }
      var auc = counts.quality().auc();
      covered += Math.abs(auc.value() - truth) <= 1.96 * auc.standardError() ? 1 : 0;
    }

    assertThat(covered / (double) trials).as("seed %d", SEED).isBetween(0.93, 0.98);
  }

  @Test
  void retract_undoesALabel() {
    var counts = new QualityCounts();
    counts.label(0.9, 1);
    counts.label(0.3, 0);
    counts.label(0.8, 0);
    counts.retract(0.8, 0);
    counts.label(0.8, 1);

    assertThat(counts.quality().auc().value()).isEqualTo(1);
    assertThat(counts.quality().labels()).isEqualTo(3);
  }

  @Test
  void quality_withOneClass_isUnknown() {
    var counts = new QualityCounts();
    counts.label(0.9, 1);

    assertThat(counts.quality().auc().isKnown()).isFalse();
    assertThat(counts.quality().accuracy()).isEqualTo(1);
    assertThat(new QualityCounts().quality().labelRate()).isNaN();
  }

  @Test
  void label_ofARegression_isCountedWithoutQuality() {
    var counts = new QualityCounts();
    counts.label(17.5, 18.2);

    assertThat(counts.quality().labels()).isEqualTo(1);
    assertThat(counts.quality().auc().isKnown()).isFalse();
  }

  private static Scored[] rows(Random random, int size) {
    var rows = new Scored[size];
    for (int i = 0; i < size; i++) {
      int label = random.nextInt(3) == 0 ? 1 : 0;
      rows[i] = new Scored(1 / (1 + Math.exp(-(random.nextGaussian() + 0.8 * label))), label);
    }
    return rows;
  }

  private static double bruteForce(Scored[] rows) {
    double ordered = 0;
    double pairs = 0;
    for (var positive : rows) {
      for (var negative : rows) {
        if (positive.label() == 1 && negative.label() == 0) {
          pairs++;
          ordered +=
              positive.score() > negative.score()
                  ? 1
                  : positive.score() == negative.score() ? 0.5 : 0;
        }
      }
    }
    return ordered / pairs;
  }
}
