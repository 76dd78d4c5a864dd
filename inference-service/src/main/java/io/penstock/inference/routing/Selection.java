package io.penstock.inference.routing;

import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.Variant;

/// The version that answers one request: leased, and past its breaker. Whoever holds it must give
/// the lease back and report to the guard.
public record Selection(ServedVersion version, Variant variant, long revision) {}
