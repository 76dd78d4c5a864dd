/// Whether the gateway and the registry behind it are an MLflow server.
@NullMarked
package io.penstock.mlflow;

import org.jspecify.annotations.NullMarked;
