/// Takes prediction events from the event log, each once, and adds them to the counts of their
/// windows.
@NullMarked
package io.penstock.monitoring.prediction;

import org.jspecify.annotations.NullMarked;
