/// Recent traces, taken over OTLP and kept in memory as evidence behind alerts, the oldest making
/// room for the newest.
@NullMarked
package io.penstock.monitoring.trace;

import org.jspecify.annotations.NullMarked;
