/// Metrics of runs: the whole history, and the newest point of each.
@NullMarked
package io.penstock.registry.metric;

import org.jspecify.annotations.NullMarked;
