/// One version of a model: immutable but for its stage.
///
/// What never changes is stored as the message it came as; what does change, or is asked for, has a
/// column.
@NullMarked
package io.penstock.registry.version;

import org.jspecify.annotations.NullMarked;
