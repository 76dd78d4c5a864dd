/// The Open Inference Protocol over REST. Predictions have a way of their own, from the
/// connection's event loop to the service and back; everything else of the protocol is a dialect.
/// Invariant: both ways give the same answer to the same request.
@NullMarked
package io.penstock.gateway.oip;

import org.jspecify.annotations.NullMarked;
