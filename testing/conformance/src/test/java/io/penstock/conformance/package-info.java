/// The suite against real servers, and against one that lies.
@NullMarked
package io.penstock.conformance;

import org.jspecify.annotations.NullMarked;
