package io.penstock.demo.story;

import io.penstock.demo.replay.Ledger;

/// Three months of traffic, as the callers saw them.
public record Replayed(Ledger ledger, TracedPrediction traced) {}
