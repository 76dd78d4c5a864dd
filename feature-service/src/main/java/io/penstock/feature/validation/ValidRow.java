package io.penstock.feature.validation;

/// A row that may be stored.
///
/// @param stamped true if the known time is ours because the sender gave none; such a row is not
///   stored where it only repeats what is in force
/// @param packed the values, as `PackedRow` lays them out
public record ValidRow(
    String entityKey, long eventUs, long knownUs, boolean stamped, byte[] packed) {}
