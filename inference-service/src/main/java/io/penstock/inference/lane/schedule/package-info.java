/// What runs next, and who is let in: a pure decision over all versions of a device (`Schedule`).
/// Knows no thread, no clock, no model; told the time, it answers. Not safe for concurrent use:
/// whoever asks holds a lock.
@NullMarked
package io.penstock.inference.lane.schedule;

import org.jspecify.annotations.NullMarked;
