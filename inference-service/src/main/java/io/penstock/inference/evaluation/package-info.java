/// Evaluates versions for the registry's benchmark suites: takes pending runs, runs the model on
/// the suite's data in a process that goes after all that serves, gives predictions back.
@NullMarked
package io.penstock.inference.evaluation;

import org.jspecify.annotations.NullMarked;
