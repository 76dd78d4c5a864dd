/// What a case is, how cases are run, and what is told of them.
@NullMarked
package io.penstock.conformance.suite;

import org.jspecify.annotations.NullMarked;
