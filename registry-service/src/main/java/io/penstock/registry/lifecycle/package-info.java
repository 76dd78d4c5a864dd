/// The end of a version's life, and the history of its stages on the wire.
@NullMarked
package io.penstock.registry.lifecycle;

import org.jspecify.annotations.NullMarked;
