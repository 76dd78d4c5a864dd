/// Predictions as a client meets them: traced when they succeed, explained when they do not.
@NullMarked
package io.penstock.e2e.prediction;

import org.jspecify.annotations.NullMarked;
