package io.penstock.registry.stage;

/// A version that stood in a stage at a moment.
///
/// @param change how it came there
/// @param variant the part it then played in the release of its model; empty for none
/// @param percent its share of the traffic
/// @param revision of the release; 0 for none
public record StagedVersion(StageChange change, String variant, int percent, long revision) {}
