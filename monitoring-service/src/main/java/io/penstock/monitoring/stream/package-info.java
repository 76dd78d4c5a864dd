/// The consumers of the event log: when they run, and how far behind they are.
@NullMarked
package io.penstock.monitoring.stream;

import org.jspecify.annotations.NullMarked;
