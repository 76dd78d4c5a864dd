/// What experiments want to find out, what came of it, and how sure that is.
@NullMarked
package io.penstock.registry.design;

import org.jspecify.annotations.NullMarked;
