package io.penstock.monitoring.canary;

import java.time.Duration;
import java.util.Optional;

/// How rewards decide a canary's share of the traffic.
///
/// @param priorSuccesses rewards of 1 that are believed in before any came
/// @param priorFailures rewards of 0 that are believed in before any came
/// @param minShare smallest share that either version gets
/// @param halfLife after so long a reward counts half
record Bandit(
    double priorSuccesses, double priorFailures, double minShare, Optional<Duration> halfLife) {}
