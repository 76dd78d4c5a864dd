package io.penstock.monitoring.prediction;

import io.penstock.monitoring.version.VersionName;
import io.penstock.monitoring.window.Variant;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// One answered, or failed, inference request.
///
/// @param occurredAt when the predicted thing happened; decides the window
/// @param traceId empty where the request was not sampled
record Prediction(
    UUID id,
    VersionName version,
    Variant variant,
    long revision,
    Instant occurredAt,
    Instant servedAt,
    String traceId,
    int rows,
    List<ColumnValues> features,
    List<ColumnValues> outputs,
    long latencyMicros,
    boolean failed) {

  private static final double[] NO_SCORES = {};

  /// The scores that labels are held against: the output named `probability` or `score`, otherwise
  /// the last numeric one, which is the positive class of a classifier that tells both.
  double[] scores() {
    double[] scores = NO_SCORES;
    for (var output : outputs) {
      if (output.isNumeric()) {
        scores = output.numbers();
        if (output.name().equals("probability") || output.name().equals("score")) {
          return scores;
        }
      }
    }
    return scores;
  }

  /// Event time cannot run ahead of the time of serving, whatever a client says.
  Instant eventTime() {
    return occurredAt.isBefore(servedAt) ? occurredAt : servedAt;
  }
}
