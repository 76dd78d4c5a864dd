package io.penstock.monitoring.drift;

import io.penstock.monitoring.version.BaselineColumn;
import io.penstock.monitoring.window.ColumnCounts;
import io.penstock.monitoring.window.ColumnKey;
import java.util.Arrays;
import java.util.List;

/// Measures a column of a window against training: its distribution, and how often it is missing.
final class ColumnTests {

  private final DriftConfig config;

  ColumnTests(DriftConfig config) {
    this.config = config;
  }

  /// The measurements of one column, not judged yet.
  List<ColumnDrift> measure(ColumnKey key, BaselineColumn reference, ColumnCounts window) {
    return List.of(
        distribution(new Measured(key, reference, window)),
        missing(new Measured(key, reference, window)));
  }

  private ColumnDrift distribution(Measured measured) {
    var samples = new BinnedSamples(measured.reference().counts(), measured.window().bins());
    var tooFew = tooFew(samples);
    if (!tooFew.isEmpty()) {
      return measured.skipped(ColumnDrift.G_TEST, samples, config, tooFew);
    }
    var joined = samples.withoutSparseBins(measured.reference().isOrdered());
    if (joined.bins() < 2) {
      return measured.skipped(ColumnDrift.G_TEST, samples, config, "all values fall into one bin");
    }
    var test = GTest.of(joined);
    return measured.tested(ColumnDrift.G_TEST, joined, config, test.statistic(), test.pValue());
  }

  private ColumnDrift missing(Measured measured) {
    var samples =
        new BinnedSamples(
            new long[] {measured.reference().missing(), sum(measured.reference().counts())},
            new long[] {measured.window().missingCount(), sum(measured.window().bins())});
    var tooFew = tooFew(samples);
    if (!tooFew.isEmpty()) {
      return measured.skipped(ColumnDrift.MISSING_RATE, samples, config, tooFew);
    }
    var test = MissingRateTest.of(samples);
    return measured.tested(
        ColumnDrift.MISSING_RATE, samples, config, test.statistic(), test.pValue());
  }

  private String tooFew(BinnedSamples samples) {
    if (samples.referenceTotal() < config.minRows()) {
      return "training had %d values, %d are needed"
          .formatted(samples.referenceTotal(), config.minRows());
    }
    return samples.windowTotal() < config.minRows()
        ? "the window has %d values, %d are needed"
            .formatted(samples.windowTotal(), config.minRows())
        : "";
  }

  private static long sum(long[] counts) {
    return Arrays.stream(counts).sum();
  }

  /// A column on both sides.
  private record Measured(ColumnKey key, BaselineColumn reference, ColumnCounts window) {

    ColumnDrift tested(
        String test, BinnedSamples samples, DriftConfig config, double statistic, double pValue) {
      var effect = EffectSize.of(samples);
      return drift(test, samples, config, statistic, pValue, effect, "");
    }

    ColumnDrift skipped(String test, BinnedSamples samples, DriftConfig config, String reason) {
      return drift(test, samples, config, 0, 1, new EffectSize(0, 0), reason);
    }

    private ColumnDrift drift(
        String test,
        BinnedSamples samples,
        DriftConfig config,
        double statistic,
        double pValue,
        EffectSize effect,
        String skipped) {
      return new ColumnDrift(
          key.kind(),
          key.column(),
          test,
          samples.referenceTotal(),
          samples.windowTotal(),
          statistic,
          pValue,
          0,
          false,
          effect.jsDistance(),
          effect.psi(),
          config.minJsDistance(),
          false,
          reference.mean(),
          window.mean(),
          window.exemplarTraceId(),
          skipped);
    }
  }
}
