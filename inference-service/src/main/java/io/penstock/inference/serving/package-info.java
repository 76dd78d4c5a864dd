/// A loaded version of a model with all it needs to answer: its lane, breaker, statistics, and the
/// leases that keep it open while somebody uses it.
@NullMarked
package io.penstock.inference.serving;

import org.jspecify.annotations.NullMarked;
