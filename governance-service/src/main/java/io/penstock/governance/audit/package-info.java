/// The audit trail: takes audit events from the event log into the provable log, indexes them in
/// PostgreSQL, and proves them.
///
/// The order is always log on disk, then index, then the consumer's offset. Whatever a crash leaves
/// out is made up for from the left: the index from the log, the log from the events that come
/// again. The event id keeps each from being taken twice.
@NullMarked
package io.penstock.governance.audit;

import org.jspecify.annotations.NullMarked;
