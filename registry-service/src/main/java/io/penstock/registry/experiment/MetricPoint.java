package io.penstock.registry.experiment;

import java.time.Instant;

/// One measured value of a metric; NaN and infinities are values like any other.
record MetricPoint(String key, double value, long step, Instant time) {}
