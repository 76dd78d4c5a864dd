package io.penstock.monitoring.performance;

import static io.penstock.monitoring.window.TimeProtos.timestamp;

import io.penstock.monitoring.window.LatencyHistogram;
import io.penstock.proto.monitoring.v1.Percentiles;
import io.penstock.proto.monitoring.v1.PerformanceWindow;

/// Performance on the wire.
final class PerformanceProtos {

  private PerformanceProtos() {}

  static PerformanceWindow toProto(Performance performance) {
    var traffic = performance.traffic();
    var quality = performance.quality().quality();
    return PerformanceWindow.newBuilder()
        .setStartTime(timestamp(performance.window().start()))
        .setEndTime(timestamp(performance.window().end()))
        .setRequests(traffic.requests())
        .setRows(traffic.rows())
        .setErrors(traffic.errors())
        .setRequestRate(traffic.requestRate())
        .setLatencyUs(toProto(traffic.latency()))
        .setMeanPrediction(traffic.meanScore())
        .setLabels(quality.labels())
        .setLabelRate(quality.labelRate())
        .setAuc(quality.auc().value())
        .setAucStandardError(quality.auc().standardError())
        .setAccuracy(quality.accuracy())
        .setBrier(quality.brier())
        .build();
  }

  private static Percentiles toProto(LatencyHistogram latency) {
    return Percentiles.newBuilder()
        .setP50(latency.percentile(0.5))
        .setP90(latency.percentile(0.9))
        .setP95(latency.percentile(0.95))
        .setP99(latency.percentile(0.99))
        .build();
  }
}
