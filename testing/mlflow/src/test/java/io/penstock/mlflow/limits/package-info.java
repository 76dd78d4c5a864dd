/// Whether what is as long as MLflow allows goes through the gateway and the registry.
@NullMarked
package io.penstock.mlflow.limits;

import org.jspecify.annotations.NullMarked;
