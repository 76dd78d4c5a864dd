/// Serves predictions: the Open Inference Protocol over ONNX Runtime, following the registry's
/// releases.
///
/// A request goes `protocol` → `prediction` → `routing` → (`binding`) → `lane` → `runtime` and its
/// answer leaves from the runner's thread. The service holds no database: what it serves follows
/// from the registry's releases and its cache of artifacts.
@Configuration
@Requires(property = "penstock.service", value = "inference")
@NullMarked
package io.penstock.inference;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
