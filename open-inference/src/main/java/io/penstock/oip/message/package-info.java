/// The protocol's other messages as JSON, and the routes to its other RPCs: all that REST needs
/// besides infer. Names are as in the .proto, 64-bit integers are numbers, and the few messages
/// that the protocol writes otherwise over REST are written so.
@NullMarked
package io.penstock.oip.message;

import org.jspecify.annotations.NullMarked;
