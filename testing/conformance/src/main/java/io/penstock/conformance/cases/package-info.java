/// The cases, by section of the protocol.
@NullMarked
package io.penstock.conformance.cases;

import org.jspecify.annotations.NullMarked;
