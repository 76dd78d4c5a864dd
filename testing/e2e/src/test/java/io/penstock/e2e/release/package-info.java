/// Releases as operators steer them, through the whole suite.
@NullMarked
package io.penstock.e2e.release;

import org.jspecify.annotations.NullMarked;
