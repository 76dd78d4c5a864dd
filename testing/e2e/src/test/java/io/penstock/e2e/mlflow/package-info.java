/// What a data scientist does with MLflow's client, and where it leads.
@NullMarked
package io.penstock.e2e.mlflow;

import org.jspecify.annotations.NullMarked;
