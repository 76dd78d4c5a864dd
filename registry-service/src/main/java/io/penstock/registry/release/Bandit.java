package io.penstock.registry.release;

import java.time.Duration;
import java.util.Optional;

/// Lets rewards decide how requests are split between primary and canary, by Thompson sampling.
/// Inference servers do the sampling.
///
/// @param priorSuccesses rewards of 1 that are believed in before any came
/// @param priorFailures rewards of 0 that are believed in before any came
/// @param minShare smallest share of the requests that either version gets
/// @param halfLife after so long a reward counts half
public record Bandit(
    double priorSuccesses, double priorFailures, double minShare, Optional<Duration> halfLife) {}
