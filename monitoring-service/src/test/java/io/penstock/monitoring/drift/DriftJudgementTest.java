package io.penstock.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.version.Baseline;
import io.penstock.monitoring.version.BaselineColumn;
import io.penstock.monitoring.version.Baselines;
import io.penstock.monitoring.window.ColumnCounts;
import io.penstock.monitoring.window.ColumnKey;
import io.penstock.monitoring.window.ColumnKind;
import io.penstock.monitoring.window.Window;
import io.penstock.proto.registry.v1.DatasetProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/// Calibration of the whole rule, from values to `drifted`: seeded, against the false-alarm figures
/// that plain thresholds have.
class DriftJudgementTest {

  private static final long SEED = 1234567;
  private static final int COLUMNS = 10;
  private static final DriftConfig CONFIG = new DriftConfig(0.05, 0.1, 200);
  private static final Window WINDOW = Window.of(Instant.EPOCH, Duration.ofHours(1));

  private final Random random = new Random(SEED);

  @Test
  void of_withoutDrift_almostNeverAlarms() {
    int trials = 1000;
    int significant = 0;
    int drifted = 0;
    for (int trial = 0; trial < trials; trial++) {
      var baseline = baseline(2000, random::nextGaussian);
      var judgement = judge(baseline, 500, random::nextGaussian, BatchFdr.START);
      significant += judgement.columns().stream().anyMatch(ColumnDrift::significant) ? 1 : 0;
      drifted += judgement.columns().stream().anyMatch(ColumnDrift::drifted) ? 1 : 0;
    }

    // PSI, JS and Wasserstein at 0.1 alarm in far more of such windows; see RATIONALE.md.
    assertThat(significant / (double) trials).as("seed %d", SEED).isLessThan(0.05);
    assertThat(drifted / (double) trials).as("seed %d", SEED).isLessThan(0.05);
  }

  @Test
  void of_heavyTailsAndSmallWindowsWithoutDrift_almostNeverAlarms() {
    int trials = 1000;
    int drifted = 0;
    DoubleSupplier heavy = () -> Math.exp(1.5 * random.nextGaussian());
    for (int trial = 0; trial < trials; trial++) {
      var judgement = judge(baseline(1000, heavy), 200, heavy, BatchFdr.START);
      drifted += judgement.columns().stream().anyMatch(ColumnDrift::drifted) ? 1 : 0;
    }

    assertThat(drifted / (double) trials).as("seed %d", SEED).isLessThan(0.05);
  }

  // One baseline serves all windows, so windows are not independent: the rule must hold
  // nevertheless.
  @Test
  void of_aLongSequenceWithoutDrift_almostNeverAlarms() {
    int trials = 200;
    int drifted = 0;
    int significant = 0;
    for (int trial = 0; trial < trials; trial++) {
      var baseline = baseline(5000, random::nextGaussian);
      var sequence = BatchFdr.START;
      boolean alarmed = false;
      for (int window = 0; window < 40; window++) {
        var judgement = judge(baseline, 400, random::nextGaussian, sequence);
        alarmed |= judgement.columns().stream().anyMatch(ColumnDrift::drifted);
        sequence = judgement.next();
      }
      drifted += alarmed ? 1 : 0;
      significant += sequence.discoveries() > 0 ? 1 : 0;
    }

    assertThat(drifted / (double) trials).as("seed %d", SEED).isLessThanOrEqualTo(0.05);
    assertThat(significant / (double) trials).as("seed %d", SEED).isLessThanOrEqualTo(0.08);
  }

  @Test
  void of_aRealShift_isFound() {
    int trials = 200;
    int found = 0;
    for (int trial = 0; trial < trials; trial++) {
      var baseline = baseline(5000, random::nextGaussian);
      var late = new BatchFdr(100, 0);
      var judgement = judge(baseline, 1000, () -> random.nextGaussian() + 0.5, late);
      found += judgement.columns().stream().filter(ColumnDrift::drifted).count() == COLUMNS ? 1 : 0;
    }

    assertThat(found / (double) trials).as("seed %d", SEED).isGreaterThan(0.99);
  }

  @Test
  void of_aShiftTooSmallToMatter_isSignificantButNoDrift() {
    var baseline = baseline(200_000, random::nextGaussian);

    var judgement = judge(baseline, 200_000, () -> random.nextGaussian() + 0.05, BatchFdr.START);

    assertThat(judgement.columns())
        .filteredOn(column -> column.test().equals(ColumnDrift.G_TEST))
        .allMatch(ColumnDrift::significant)
        .noneMatch(ColumnDrift::drifted);
  }

  @Test
  void of_valuesThatAreMissing_findsTheMissingRate() {
    var baseline = baseline(2000, random::nextGaussian);

    var judgement =
        judge(
            baseline,
            1000,
            () -> random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian(),
            BatchFdr.START);

    assertThat(judgement.columns())
        .allMatch(column -> column.drifted() == column.test().equals(ColumnDrift.MISSING_RATE));
  }

  @Test
  void of_categoriesThatTrainingNeverSaw_isFound() {
    var column = Baselines.categorical("c0", Map.of("a", 900L, "b", 100L));
    var baseline = Baselines.of(DatasetProfile.newBuilder().addColumns(column).build());
    var reference = Objects.requireNonNull(baseline.column("c0"));
    var counts = new ColumnCounts(reference.bins());
    for (int i = 0; i < 500; i++) {
      counts.category(reference.bin(i % 5 == 0 ? "new" : "a"));
    }
    var columns = new TreeMap<ColumnKey, ColumnCounts>();
    columns.put(new ColumnKey(1, WINDOW, ColumnKind.FEATURE, "c0"), counts);

    var judgement = DriftJudgement.of(WINDOW, baseline, columns, BatchFdr.START, CONFIG);

    assertThat(judgement.columns().getFirst().drifted()).isTrue();
  }

  @Test
  void of_aSmallWindow_isSkippedWithItsReasonAndSpendsNothing() {
    var baseline = baseline(2000, random::nextGaussian);

    var judgement = judge(baseline, 50, random::nextGaussian, BatchFdr.START);

    assertThat(judgement.skipped()).isEqualTo("the window has 50 values, 200 are needed");
    assertThat(judgement.columns()).noneMatch(ColumnDrift::isTested);
    assertThat(judgement.next()).isEqualTo(BatchFdr.START);
  }

  private static Baseline baseline(int rows, DoubleSupplier values) {
    var profile = DatasetProfile.newBuilder();
    for (int i = 0; i < COLUMNS; i++) {
      double[] sample = new double[rows];
      for (int row = 0; row < rows; row++) {
        sample[row] = values.getAsDouble();
      }
      profile.addColumns(Baselines.numeric("c" + i, sample, 20));
    }
    return Baselines.of(profile.build());
  }

  private static DriftJudgement judge(
      Baseline baseline, int rows, DoubleSupplier values, BatchFdr sequence) {
    SortedMap<ColumnKey, ColumnCounts> columns = new TreeMap<>();
    for (var reference : baseline.columns()) {
      columns.put(
          new ColumnKey(1, WINDOW, ColumnKind.FEATURE, reference.name()),
          counts(reference, rows, values));
    }
    return DriftJudgement.of(WINDOW, baseline, columns, sequence, CONFIG);
  }

  private static ColumnCounts counts(BaselineColumn reference, int rows, DoubleSupplier values) {
    var counts = new ColumnCounts(reference.bins());
    for (int row = 0; row < rows; row++) {
      double value = values.getAsDouble();
      int bin = reference.bin(value);
      if (bin < 0) {
        counts.missing();
      } else {
        counts.number(bin, value);
      }
    }
    return counts;
  }
}
