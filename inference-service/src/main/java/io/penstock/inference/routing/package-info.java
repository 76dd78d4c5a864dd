/// Which version answers a request: the split of a release, sticky by key, and the table of all
/// releases that is swapped as a whole.
@NullMarked
package io.penstock.inference.routing;

import org.jspecify.annotations.NullMarked;
