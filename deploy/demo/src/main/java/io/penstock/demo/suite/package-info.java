/// The suite as a client sees it: an address, a token for each person, answers and refusals.
/// Nothing here knows what lies behind the gateway.
@NullMarked
package io.penstock.demo.suite;

import org.jspecify.annotations.NullMarked;
