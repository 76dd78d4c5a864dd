package io.penstock.monitoring.drift;

import io.penstock.monitoring.alert.AlertKind;
import io.penstock.monitoring.alert.AlertReading;
import io.penstock.monitoring.alert.Severity;
import io.penstock.monitoring.window.ColumnKind;
import io.penstock.monitoring.window.Window;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a judgement says about the alerts of its columns: one alert a column, whichever of its
/// tests it is that speaks.
final class DriftReadings {

  private static final double CRITICAL_FLOORS = 2;

  private record Subject(ColumnKind kind, String column) {}

  private DriftReadings() {}

  static List<AlertReading> of(DriftJudgement judgement) {
    var worst =
        judgement.columns().stream()
            .filter(ColumnDrift::isTested)
            .collect(
                Collectors.toMap(
                    column -> new Subject(column.kind(), column.column()),
                    column -> column,
                    DriftReadings::worse,
                    () ->
                        new TreeMap<Subject, ColumnDrift>(
                            Comparator.comparing(Subject::kind).thenComparing(Subject::column))));
    return worst.values().stream().map(column -> reading(judgement.window(), column)).toList();
  }

  private static ColumnDrift worse(ColumnDrift one, ColumnDrift other) {
    return Comparator.comparing(ColumnDrift::drifted)
                .thenComparingDouble(ColumnDrift::jsDistance)
                .compare(one, other)
            >= 0
        ? one
        : other;
  }

  private static AlertReading reading(Window window, ColumnDrift column) {
    boolean critical = column.jsDistance() >= CRITICAL_FLOORS * column.effectFloor();
    return new AlertReading(
        column.kind() == ColumnKind.FEATURE ? AlertKind.FEATURE_DRIFT : AlertKind.PREDICTION_DRIFT,
        column.column(),
        window,
        column.drifted(),
        critical ? Severity.CRITICAL : Severity.WARNING,
        summary(column),
        Map.of(
            "test", column.test(),
            "statistic", figure(column.statistic()),
            "p_value", figure(column.pValue()),
            "js_distance", figure(column.jsDistance()),
            "effect_floor", figure(column.effectFloor()),
            "window_count", Long.toString(column.windowCount())),
        column.drifted() ? column.exemplarTraceId() : "");
  }

  private static String summary(ColumnDrift column) {
    return "%s %s %s: Jensen–Shannon distance %s (floor %s), p %s, mean %s, in training %s"
        .formatted(
            column.test().equals(ColumnDrift.MISSING_RATE) ? "missing rate of" : "distribution of",
            column.column(),
            column.drifted() ? "drifted" : "is as in training",
            figure(column.jsDistance()),
            figure(column.effectFloor()),
            figure(column.pValue()),
            figure(column.windowMean()),
            figure(column.referenceMean()));
  }

  static String figure(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
