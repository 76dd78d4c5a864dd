/// Labels: taken from callers, carried by the event log, joined with the predictions that they
/// speak of, in whichever order the two arrive.
@NullMarked
package io.penstock.monitoring.feedback;

import org.jspecify.annotations.NullMarked;
