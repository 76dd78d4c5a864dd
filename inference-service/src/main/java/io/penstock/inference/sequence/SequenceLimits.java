package io.penstock.inference.sequence;

import java.time.Duration;

/// What the sequences of one version may be.
///
/// @param idle after so long without a step a sequence is forgotten
/// @param most sequences that may be open at once
/// @param waiting steps that may wait in one of them
record SequenceLimits(Duration idle, int most, int waiting) {}
