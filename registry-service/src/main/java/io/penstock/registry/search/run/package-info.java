/// Searches of runs, of which there are millions: what leads to them, how many it leads to, and the
/// cheapest route.
@NullMarked
package io.penstock.registry.search.run;

import org.jspecify.annotations.NullMarked;
