/// Benchmark suites from the data to the gate, with nobody but Penstock evaluating.
@NullMarked
package io.penstock.e2e.benchmark;

import org.jspecify.annotations.NullMarked;
