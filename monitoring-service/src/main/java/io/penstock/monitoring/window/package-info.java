/// Windows of event time and what is counted in them. Every count is mergeable: batches, variants
/// and windows add up, and a count that was wrong can be taken back.
@NullMarked
package io.penstock.monitoring.window;

import org.jspecify.annotations.NullMarked;
