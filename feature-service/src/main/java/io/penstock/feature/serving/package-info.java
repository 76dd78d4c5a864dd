/// The reads on the wire.
@NullMarked
package io.penstock.feature.serving;

import org.jspecify.annotations.NullMarked;
