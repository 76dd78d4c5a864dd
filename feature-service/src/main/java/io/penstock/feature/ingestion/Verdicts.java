package io.penstock.feature.ingestion;

import io.penstock.feature.validation.ValidRow;
import io.penstock.feature.validation.Verdict.Rejected;
import java.time.Instant;
import java.util.List;

/// The rows of a message, sorted into good and bad.
///
/// @param time when they were judged
record Verdicts(Instant time, List<ValidRow> accepted, List<Rejected> rejected) {}
