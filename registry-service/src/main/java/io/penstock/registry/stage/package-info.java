/// Moves of versions between stages, and what stood where when.
@NullMarked
package io.penstock.registry.stage;

import org.jspecify.annotations.NullMarked;
