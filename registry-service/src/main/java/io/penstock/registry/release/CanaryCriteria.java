package io.penstock.registry.release;

import java.time.Duration;
import java.util.Optional;

/// What a canary must show before it may take over. Monitoring judges by it, the registry acts on
/// the verdict.
///
/// @param timeout a canary undecided for so long is rolled back
/// @param automatic whether verdicts are acted upon
public record CanaryCriteria(
    long minRequests,
    long minLabels,
    double maxErrorRateIncrease,
    double maxLatencyRatio,
    double minAucGain,
    Optional<Duration> timeout,
    boolean automatic) {}
