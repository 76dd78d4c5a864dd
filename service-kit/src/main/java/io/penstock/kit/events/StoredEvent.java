package io.penstock.kit.events;

/// An event and its place in the log.
///
/// @param offset place within the partition; grows in delivery order
/// @param partition always zero where the log has no partitions
public record StoredEvent(long offset, int partition, Event event) {}
