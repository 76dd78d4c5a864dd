/// The event log in PostgreSQL: one append-only table whose offsets have no gaps and become visible
/// in order, because a batch takes its offsets under the row lock of its topic. See RATIONALE.md of
/// service-kit for the why and the figures.
@NullMarked
package io.penstock.kit.events.postgres;

import org.jspecify.annotations.NullMarked;
