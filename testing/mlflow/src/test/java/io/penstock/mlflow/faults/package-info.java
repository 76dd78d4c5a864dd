/// Whether the server stays honest while its database is away.
@NullMarked
package io.penstock.mlflow.faults;

import org.jspecify.annotations.NullMarked;
