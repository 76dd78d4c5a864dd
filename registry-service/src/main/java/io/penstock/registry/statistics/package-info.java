/// What repeats of a measurement say about it, and no more. Knows nobody.
@NullMarked
package io.penstock.registry.statistics;

import org.jspecify.annotations.NullMarked;
