/// The JSON dialect of the Open Inference Protocol. Invariant: a tensor whose data does not fit its
/// shape is never sent on.
@NullMarked
package io.penstock.gateway.oip;

import org.jspecify.annotations.NullMarked;
