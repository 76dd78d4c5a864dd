/// MLflow's REST API: its routes under both prefixes, its JSON, its errors, and files as bodies.
/// What the calls mean is the registry's.
///
/// Invariant: nothing that a caller may send is answered with a status of 500 or more.
@NullMarked
package io.penstock.gateway.mlflow;

import org.jspecify.annotations.NullMarked;
