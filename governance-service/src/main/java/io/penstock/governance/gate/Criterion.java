package io.penstock.governance.gate;

/// One thing that must hold: a CEL expression that gives a bool.
record Criterion(String id, String description, String expression) {}
