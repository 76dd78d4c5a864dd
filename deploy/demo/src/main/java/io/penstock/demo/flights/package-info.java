/// US domestic flights of 2001 and what was known about an airport and a route before each of them
/// left.
///
/// A feature of a day is made from whole days before it, never from the day itself: that is the one
/// rule that keeps the training table free of leakage, and it holds in [TrailingStats] and nowhere
/// else.
@NullMarked
package io.penstock.demo.flights;

import org.jspecify.annotations.NullMarked;
