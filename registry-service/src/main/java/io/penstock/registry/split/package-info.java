/// Fixed splits of data: which part a row belongs to follows from its key and the seed, and from
/// nothing else.
@NullMarked
package io.penstock.registry.split;

import org.jspecify.annotations.NullMarked;
