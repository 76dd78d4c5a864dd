/// Moving in from a real MLflow server.
@NullMarked
package io.penstock.mlflow.migration;

import org.jspecify.annotations.NullMarked;
