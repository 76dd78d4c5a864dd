/// Models and versions as MLflow knows them: found by name, with mutable descriptions, tags and
/// aliases, over files that their source names. The rows are those of every other model and
/// version.
@NullMarked
package io.penstock.registry.registered;

import org.jspecify.annotations.NullMarked;
