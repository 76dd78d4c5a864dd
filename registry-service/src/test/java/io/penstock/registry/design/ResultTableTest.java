package io.penstock.registry.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.registry.design.DesignMetric.Goal;
import io.penstock.registry.design.DesignMetric.Method;
import io.penstock.registry.design.VariantResult.MetricResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private static final DesignMetric AUC =
      new DesignMetric("auc", Goal.MAXIMIZE, Method.STUDENT, "");
  private static final DesignMetric ERROR =
      new DesignMetric("error", Goal.MINIMIZE, Method.STUDENT, "");

  @Test
  void means_haveIntervalsAndDifferences() {
    var table =
        ResultTable.of(
            design(0, "", AUC),
            runs("small", "auc", 0.70, 0.72, 0.71, "large", "auc", 0.80, 0.81, 0.79));

    var small = metric(table, 0);
    assertThat(small.n()).isEqualTo(3);
    assertThat(small.mean()).isCloseTo(0.71, within(1e-12));
    // t of 97.5 % with two degrees of freedom is 4.302653.
    assertThat(small.interval())
        .hasValueSatisfying(
            it ->
                assertThat(it.upper())
                    .isCloseTo(0.71 + 4.302653 * 0.01 / Math.sqrt(3), within(1e-7)));
    assertThat(small.difference()).isEmpty();
    assertThat(metric(table, 1).difference())
        .hasValueSatisfying(
            it -> {
              assertThat(it.value()).isCloseTo(0.09, within(1e-12));
              assertThat(it.better()).isTrue();
            });
    assertThat(table.remarks()).isEmpty();
  }

  @Test
  void aSmallerError_isBetter_anUnsureOneIsNot() {
    var sure = runs("small", "error", 3.0, 3.1, 2.9, "large", "error", 1.0, 1.1, 0.9);
    assertThat(metric(ResultTable.of(design(0, "", ERROR), sure), 1).difference())
        .hasValueSatisfying(it -> assertThat(it.better()).isTrue());
    var unsure = runs("small", "error", 3.0, 1.1, 2.9, "large", "error", 1.0, 3.1, 0.9);
    assertThat(metric(ResultTable.of(design(0, "", ERROR), unsure), 1).difference())
        .hasValueSatisfying(it -> assertThat(it.better()).isFalse());
  }

  @Test
  void shares_arePooledOverTheirTrials() {
    var hits = new DesignMetric("hits", Goal.MAXIMIZE, Method.WILSON, "trials");
    var table =
        ResultTable.of(
            design(0, "", hits),
            List.of(
                new ScoredRun(
                    "1", "small", "", Map.of("hits", List.of(0.5), "trials", List.of(10.0))),
                new ScoredRun(
                    "2", "small", "", Map.of("hits", List.of(0.8), "trials", List.of(90.0))),
                new ScoredRun("3", "small", "", Map.of("hits", List.of(0.8)))));
    assertThat(metric(table, 0).mean()).isCloseTo(0.77, within(1e-12));
    assertThat(metric(table, 0).n()).isEqualTo(2);
    assertThat(table.remarks())
        .containsExactly(
            "1 runs of 'small' have no finite 'hits' and do not count",
            "the trials of 2 runs of 'small' are taken together for 'hits': on one test set they are not independent, and the interval is too narrow");
  }

  @Test
  void valuesThatNoSumHolds_spoilNoTable() {
    var huge = List.of(1.7e308, 1.7e308);
    var table =
        ResultTable.of(
            design(0, "", AUC),
            List.of(
                new ScoredRun("1", "small", "", Map.of("auc", huge)),
                new ScoredRun("2", "small", "", Map.of("auc", List.of(1.7e308))),
                new ScoredRun("3", "small", "", Map.of("auc", List.of(0.7)))));
    assertThat(metric(table, 0).n()).isEqualTo(2);
    assertThat(metric(table, 0).interval()).isEmpty();
  }

  @Test
  void repeatsOfOneRun_areOneValue() {
    var table =
        ResultTable.of(
            design(0, "", AUC),
            List.of(new ScoredRun("1", "small", "", Map.of("auc", List.of(0.6, 0.8)))));
    assertThat(metric(table, 0).mean()).isCloseTo(0.7, within(1e-12));
    assertThat(metric(table, 0).interval()).isEmpty();
    assertThat(table.remarks())
        .containsExactly(
            "'small' has one run with 'auc': without repeats nobody knows how it scatters");
  }

  @Test
  void whatSpoilsATable_isSaid() {
    var bootstrapped = new DesignMetric("loss", Goal.MINIMIZE, Method.BOOTSTRAP, "");
    var runs =
        new ArrayList<>(runs("small", "auc", 0.7, 0.8, "large", "auc", Double.NaN, 0.9, 0.8));
    runs.add(new ScoredRun("a", "small", "experiments/e/splits/s", Map.of("loss", List.of(1.0))));
    runs.add(new ScoredRun("b", "small", "experiments/e/splits/s", Map.of("loss", List.of(1.5))));
    var table = ResultTable.of(design(7, "experiments/e/splits/s", AUC, bootstrapped), runs);
    assertThat(table.remarks())
        .containsExactly(
            "revision 1 of the design was made when 7 runs had finished: their results could be known",
            "2 runs of 'small' do not say that they used experiments/e/splits/s",
            "2 runs of 'small' have no finite 'auc' and do not count",
            "2 runs of 'small' have no finite 'loss' and do not count",
            "the interval of 'loss' of 'small' is too narrow: the bootstrap needs some 20 runs, there are 2",
            "3 runs of 'large' do not say that they used experiments/e/splits/s",
            "1 runs of 'large' have no finite 'auc' and do not count",
            "3 runs of 'large' have no finite 'loss' and do not count",
            "2 differences are looked at, each with confidence 0.95: the more there are, the more likely one of them is chance");
  }

  private static ExperimentDesign design(int runsBefore, String split, DesignMetric... metrics) {
    return new ExperimentDesign(
        "e",
        1,
        "large is better",
        List.of(new DesignVariant("small", ""), new DesignVariant("large", "")),
        "small",
        List.of(metrics),
        0.95,
        split,
        Instant.EPOCH,
        "ada",
        runsBefore);
  }

  /// A variant, a key, and the values of its runs; and again.
  private static List<ScoredRun> runs(Object... facts) {
    var runs = new ArrayList<ScoredRun>();
    var variant = "";
    var key = "";
    for (int i = 0; i < facts.length; i++) {
      if (facts[i] instanceof Double value) {
        runs.add(new ScoredRun("run" + i, variant, "", Map.of(key, List.of(value))));
      } else {
        variant = (String) facts[i];
        key = (String) facts[++i];
      }
    }
    return runs;
  }

  private static MetricResult metric(ResultTable table, int variant) {
    return table.variants().get(variant).metrics().getFirst();
  }
}
