/// Experiments, datasets, models, artifacts, promotions and releases: what was made, from what, and
/// what should serve where.
///
/// The feature packages build on each other in one direction:
///
/// - `artifact`, `onnx`, `metric`, `lineage`, `loggedmodel`, `statistics`, `quantization`, `search`
///   and `outbound` know nobody, `profile` only `statistics`;
/// - `file` names artifacts, `webhook` tells others through `outbound`, `dataset` and `split` say
///   which data, `experiment` and `design` what was tried on it;
/// - `version` is what experiments come to; `stage`, `signing`, `bom`, `provenance` and `release`
///   say where it stands, what it is made of and where it serves;
/// - `promotion`, `lifecycle` and `model` move versions and register them natively, `registered`
///   does so by MLflow's names, `mlmodel` reads and makes the folders of files that go with them;
/// - `mlflow` is MLflow's API over all of them; `migration` copies from another MLflow server.
@NullMarked
@Configuration
@Requires(property = "penstock.service", value = "registry")
package io.penstock.registry;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
