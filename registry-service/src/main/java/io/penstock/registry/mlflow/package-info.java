/// MLflow's API on the registry's own experiments, runs, models and versions: thin adapters, and
/// what they share.
@NullMarked
package io.penstock.registry.mlflow;

import org.jspecify.annotations.NullMarked;
