/// Experiments, datasets, models, artifacts, promotions and releases: what was made, from what, and
/// what should serve where.
///
/// The feature packages build on each other in one direction: `artifact`, `dataset` and `onnx` know
/// nobody, `experiment` and `version` come next, then `release`, `promotion` and, on top, `model`.
@NullMarked
@Configuration
@Requires(property = "penstock.service", value = "registry")
package io.penstock.registry;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
