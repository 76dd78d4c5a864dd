/// Values as they were known at a time, for training.
@NullMarked
package io.penstock.feature.history;

import org.jspecify.annotations.NullMarked;
