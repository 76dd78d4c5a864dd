package io.penstock.registry.design;

import io.penstock.registry.design.DesignMetric.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the reader of a result table has to know before believing it.
final class Remarks {

  /// Fewer values than this make the bootstrap's intervals too narrow.
  private static final int BOOTSTRAP = 20;

  private final ExperimentDesign design;
  private final List<String> remarks = new ArrayList<>();

  private Remarks(ExperimentDesign design) {
    this.design = design;
  }

  static List<String> of(
      ExperimentDesign design, List<ScoredRun> runs, Map<String, List<Scores>> scores) {
    var remarks = new Remarks(design);
    remarks.onDesign();
    remarks.onRuns(runs);
    for (var variant : design.variantNames()) {
      remarks.onSplits(variant, runs);
      scores.getOrDefault(variant, List.of()).forEach(it -> remarks.onScores(variant, it));
    }
    remarks.onChance();
    return remarks.remarks;
  }

  private void onDesign() {
    addIf(
        design.runsBefore() > 0,
        "revision %d of the design was made when %d runs had finished: their results could be known",
        design.revision(),
        design.runsBefore());
  }

  private void onRuns(List<ScoredRun> runs) {
    addIf(
        runs.size() == ScoreRepository.MOST_RUNS,
        "a table holds %d runs: those after the first so many do not count",
        ScoreRepository.MOST_RUNS);
  }

  private void onSplits(String variant, List<ScoredRun> runs) {
    if (design.split().isEmpty()) {
      return;
    }
    long others =
        runs.stream()
            .filter(run -> run.variant().equals(variant))
            .filter(run -> !run.split().equals(design.split()))
            .count();
    addIf(
        others > 0,
        "%d runs of '%s' do not say that they used %s",
        others,
        variant,
        design.split());
  }

  private void onScores(String variant, Scores scores) {
    var key = scores.metric().key();
    var method = scores.metric().method();
    addIf(
        scores.left() > 0,
        "%d runs of '%s' have no finite '%s' and do not count",
        scores.left(),
        variant,
        key);
    addIf(
        scores.n() == 1 && method != Method.WILSON,
        "'%s' has one run with '%s': without repeats nobody knows how it scatters",
        variant,
        key);
    addIf(
        method == Method.WILSON && scores.n() > 1,
        "the trials of %d runs of '%s' are taken together for '%s': on one test set they are not independent, and the interval is too narrow",
        scores.n(),
        variant,
        key);
    addIf(
        method == Method.BOOTSTRAP && scores.n() > 1 && scores.n() < BOOTSTRAP,
        "the interval of '%s' of '%s' is too narrow: the bootstrap needs some %d runs, there are %d",
        key,
        variant,
        BOOTSTRAP,
        scores.n());
  }

  private void onChance() {
    int differences = (design.variants().size() - 1) * design.metrics().size();
    addIf(
        differences > 1,
        "%d differences are looked at, each with confidence %s: the more there are, the more likely one of them is chance",
        differences,
        design.confidence());
  }

  private void addIf(boolean condition, String text, Object... facts) {
    if (condition) {
      remarks.add(text.formatted(facts));
    }
  }
}
