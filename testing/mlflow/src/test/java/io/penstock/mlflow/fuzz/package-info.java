/// What no well-meaning client sends: whether the server behind the gateway, and the registry by
/// itself, answer all of it in their own words and go on serving.
@NullMarked
package io.penstock.mlflow.fuzz;

import org.jspecify.annotations.NullMarked;
