package io.penstock.monitoring.drift;

import io.penstock.monitoring.version.Baseline;
import io.penstock.monitoring.version.BaselineColumn;
import io.penstock.monitoring.window.ColumnCounts;
import io.penstock.monitoring.window.ColumnKey;
import io.penstock.monitoring.window.Window;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/// The verdict on one closed window: every column's tests decided together, at a level that depends
/// on all windows before.
///
/// @param skipped why nothing was tested; empty where something was
/// @param next where the sequence of tests stands after this window
record DriftJudgement(Window window, List<ColumnDrift> columns, String skipped, BatchFdr next) {

  static DriftJudgement of(
      Window window,
      Baseline baseline,
      SortedMap<ColumnKey, ColumnCounts> counts,
      BatchFdr sequence,
      DriftConfig config) {
    var tests = new ColumnTests(config);
    List<ColumnDrift> measured =
        counts.entrySet().stream()
            .flatMap(
                entry ->
                    tests
                        .measure(
                            entry.getKey(), reference(baseline, entry.getKey()), entry.getValue())
                        .stream())
            .toList();
    double[] pValues =
        measured.stream().filter(ColumnDrift::isTested).mapToDouble(ColumnDrift::pValue).toArray();
    if (pValues.length == 0) {
      return new DriftJudgement(window, measured, reason(measured), sequence);
    }
    var decision = sequence.decide(config.falseDiscoveryRate(), pValues);
    return new DriftJudgement(window, judged(measured, decision), "", decision.next());
  }

  private static BaselineColumn reference(Baseline baseline, ColumnKey key) {
    return Objects.requireNonNull(baseline.column(key.column()), "counted without a baseline");
  }

  private static List<ColumnDrift> judged(List<ColumnDrift> measured, BatchFdr.Decision decision) {
    return measured.stream()
        .map(
            column ->
                column.isTested()
                    ? column.judged(decision.threshold(), decision.isDiscovery(column.pValue()))
                    : column)
        .toList();
  }

  private static String reason(List<ColumnDrift> measured) {
    return measured.isEmpty() ? "no column has a baseline" : measured.getFirst().skipped();
  }
}
