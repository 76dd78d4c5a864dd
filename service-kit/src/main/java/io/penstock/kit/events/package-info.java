/// The event log seam: CloudEvents on named topics, durable on append, delivered at least once, in
/// order per key, to consumer groups that remember where they were. Three implementations pass one
/// contract kit.
@NullMarked
package io.penstock.kit.events;

import org.jspecify.annotations.NullMarked;
