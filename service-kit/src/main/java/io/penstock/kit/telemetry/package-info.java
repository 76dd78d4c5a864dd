/// Traces, metrics and the log context. Each service has its own SDK and registry; nothing is
/// global.
@NullMarked
package io.penstock.kit.telemetry;

import org.jspecify.annotations.NullMarked;
