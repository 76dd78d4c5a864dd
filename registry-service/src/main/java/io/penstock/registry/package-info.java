/// Experiments, datasets, models, artifacts, promotions and releases: what was made, from what, and
/// what should serve where.
///
/// The feature packages build on each other in one direction: `artifact`, `dataset` and `onnx` know
/// nobody, `experiment` and `version` come next, then `stage`, `release`, `promotion` and `model`;
/// `registered` and `mlflow` are on top.
@NullMarked
@Configuration
@Requires(property = "penstock.service", value = "registry")
package io.penstock.registry;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
