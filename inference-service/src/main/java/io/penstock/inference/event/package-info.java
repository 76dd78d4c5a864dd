/// Prediction events: recorded beside the answer, never in its way. The buffer is bounded and what
/// does not fit is counted.
@NullMarked
package io.penstock.inference.event;

import org.jspecify.annotations.NullMarked;
