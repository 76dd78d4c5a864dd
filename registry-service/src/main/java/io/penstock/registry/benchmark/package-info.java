/// Suites that the versions of a model are measured with. The registry holds data and labels and
/// computes the metrics; evaluators, which run the models, give it predictions.
@NullMarked
package io.penstock.registry.benchmark;

import org.jspecify.annotations.NullMarked;
