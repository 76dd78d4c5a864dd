/// Turns what a caller sends into what a bound model wants: columns from the request, columns
/// looked up in feature-service.
@NullMarked
package io.penstock.inference.binding;

import org.jspecify.annotations.NullMarked;
