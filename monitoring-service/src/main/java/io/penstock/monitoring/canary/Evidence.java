package io.penstock.monitoring.canary;

import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.TrafficCounts;

/// What one side of a canary release showed since the canary began.
record Evidence(TrafficCounts traffic, QualityCounts quality) {}
