/// What runs read and made, as MLflow notes it: data known by name and digest, and logged models.
/// Runs are known by the numbers of their rows, and nobody else is known here.
@NullMarked
package io.penstock.registry.lineage;

import org.jspecify.annotations.NullMarked;
