package io.penstock.monitoring.performance;

import io.penstock.monitoring.alert.AlertKind;
import io.penstock.monitoring.alert.AlertReading;
import io.penstock.monitoring.alert.Severity;
import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.TrafficCounts;
import io.penstock.monitoring.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the newest telling window says about errors, latency and quality. Each fires only where
/// chance alone would not explain it.
final class PerformanceReadings {

  // Windows are read again and again while they fill, so one look must be surer than the usual 95
  // %.
  static final double SURE = 2.576;

  private static final String NO_TRACE = "";

  private final PerformanceConfig config;

  PerformanceReadings(PerformanceConfig config) {
    this.config = config;
  }

  List<AlertReading> traffic(Window window, TrafficCounts traffic) {
    return List.of(errors(window, traffic), latency(window, traffic));
  }

  private AlertReading errors(Window window, TrafficCounts traffic) {
    double surely = lowerBound(traffic.errors(), traffic.requests());
    return new AlertReading(
        AlertKind.ERROR_RATE,
        "",
        window,
        surely > config.maxErrorRate(),
        Severity.CRITICAL,
        words(
            "%d of %d requests failed (%.2f %%), allowed %.2f %%",
            traffic.errors(),
            traffic.requests(),
            100 * traffic.errorRate(),
            100 * config.maxErrorRate()),
        Map.of("error_rate", words("%.6f", traffic.errorRate())),
        NO_TRACE);
  }

  private AlertReading latency(Window window, TrafficCounts traffic) {
    double p99 = traffic.latency().percentile(0.99);
    double allowed = Duration.ofNanos(config.maxLatencyP99().toNanos()).toNanos() / 1e3;
    return new AlertReading(
        AlertKind.LATENCY,
        "",
        window,
        p99 > allowed,
        Severity.WARNING,
        words("p99 latency %.1f ms, allowed %.1f ms", p99 / 1e3, allowed / 1e3),
        Map.of("p99_us", words("%.0f", p99)),
        NO_TRACE);
  }

  /// Empty where the labels say nothing about the ranking.
  Optional<AlertReading> quality(Window window, QualityCounts counts, double registeredAuc) {
    var auc = counts.quality().auc();
    if (!auc.isKnown()) {
      return Optional.empty();
    }
    double atBest = auc.value() + SURE * auc.standardError();
    return Optional.of(
        new AlertReading(
            AlertKind.QUALITY_LOSS,
            "",
            window,
            atBest < registeredAuc - config.maxAucLoss(),
            Severity.CRITICAL,
            words(
                "realised AUC %.4f ± %.4f over %d labels, registered %.4f, allowed loss %.4f",
                auc.value(),
                auc.standardError(),
                counts.labels(),
                registeredAuc,
                config.maxAucLoss()),
            Map.of(
                "auc", words("%.6f", auc.value()),
                "registered_auc", words("%.6f", registeredAuc)),
            NO_TRACE));
  }

  // Wilson's score interval: right also where almost nothing failed.
  static double lowerBound(long hits, long of) {
    double n = of;
    double rate = hits / n;
    double z2 = SURE * SURE;
    double spread = SURE * Math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n));
    return (rate + z2 / (2 * n) - spread) / (1 + z2 / n);
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
