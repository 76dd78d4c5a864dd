/// Conversations with an MLflow server, written down in files, and what holds them with any server.
@NullMarked
package io.penstock.mlflow.wire;

import org.jspecify.annotations.NullMarked;
