/// Whether files reach the registry and come back whole, through the gateway.
@NullMarked
package io.penstock.mlflow.files;

import org.jspecify.annotations.NullMarked;
