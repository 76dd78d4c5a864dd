/// Experiments and their runs: what was tried, with which parameters and data, and what came of it.
///
/// A run is written by many small calls at once. Every call is one transaction of multi-row
/// statements whose rows are ordered by key, so that concurrent calls for one run wait for each
/// other instead of deadlocking.
@NullMarked
package io.penstock.registry.experiment;

import org.jspecify.annotations.NullMarked;
