/// The transactional outbox: a change of state and the events that speak of it commit together, and
/// a relay carries the events to the event log in order, at least once, however long the log was
/// away.
@NullMarked
package io.penstock.kit.outbox;

import org.jspecify.annotations.NullMarked;
