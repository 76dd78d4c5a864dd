/// The latest values, for predictions.
@NullMarked
package io.penstock.feature.online;

import org.jspecify.annotations.NullMarked;
