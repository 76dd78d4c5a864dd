package io.penstock.registry.metric;

/// One measured value of a metric; NaN and infinities are values like any other.
///
/// @param timeMs milliseconds since 1970
public record MetricPoint(String key, double value, long step, long timeMs) {}
