package io.penstock.governance.gate;

/// Whether a criterion is met, and why or why not: the facts that it read with their values.
record CriterionResult(Criterion criterion, boolean met, String detail) {}
