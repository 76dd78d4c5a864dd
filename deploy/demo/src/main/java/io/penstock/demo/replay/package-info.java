/// Flights as live traffic: what an application would ask, in the order and the clock of 2001, by a
/// bounded number of concurrent callers.
@NullMarked
package io.penstock.demo.replay;

import org.jspecify.annotations.NullMarked;
