/// What things cost, measured in separate processes so that the load generator's own CPU is not
/// counted.
@NullMarked
package io.penstock.benchmarks;

import org.jspecify.annotations.NullMarked;
