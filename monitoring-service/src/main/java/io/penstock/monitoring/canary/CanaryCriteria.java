package io.penstock.monitoring.canary;

import java.time.Duration;
import java.util.Optional;

/// What a canary must show.
///
/// @param minRequests of each variant before anything is judged
/// @param minLabels of each variant before quality is judged
/// @param maxErrorRateIncrease largest error rate above the primary's
/// @param maxLatencyRatio largest p99 latency as a multiple of the primary's
/// @param minAucGain smallest realised AUC minus the primary's; negative allows a loss
/// @param timeout after which an undecided canary is rolled back
record CanaryCriteria(
    long minRequests,
    long minLabels,
    double maxErrorRateIncrease,
    double maxLatencyRatio,
    double minAucGain,
    Optional<Duration> timeout) {}
