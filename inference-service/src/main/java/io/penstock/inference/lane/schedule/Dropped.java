package io.penstock.inference.lane.schedule;

/// Something that was let in, and taken out of the queue without having run. It has to be told.
public record Dropped<T extends Waiting>(T job, Refusal why) {}
