package io.penstock.monitoring.drift;

import io.penstock.monitoring.window.ColumnKind;

/// One test of one column in one window, with its verdict.
///
/// @param threshold level that the p-value had to stay under
/// @param effectFloor smallest distance that counts
/// @param skipped why it could not be tested; empty where it was
record ColumnDrift(
    ColumnKind kind,
    String column,
    String test,
    long referenceCount,
    long windowCount,
    double statistic,
    double pValue,
    double threshold,
    boolean significant,
    double jsDistance,
    double psi,
    double effectFloor,
    boolean drifted,
    double referenceMean,
    double windowMean,
    String exemplarTraceId,
    String skipped) {

  static final String G_TEST = "g_test";
  static final String MISSING_RATE = "missing_rate";

  boolean isTested() {
    return skipped.isEmpty();
  }

  /// The same measurement, judged.
  ColumnDrift judged(double level, boolean discovery) {
    return new ColumnDrift(
        kind,
        column,
        test,
        referenceCount,
        windowCount,
        statistic,
        pValue,
        level,
        discovery,
        jsDistance,
        psi,
        effectFloor,
        discovery && jsDistance >= effectFloor,
        referenceMean,
        windowMean,
        exemplarTraceId,
        skipped);
  }
}
