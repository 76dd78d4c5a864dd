/// Graphs of models that answer as one: checked when they are loaded, then run step by step through
/// the same routes, breakers and lanes as any request.
@NullMarked
package io.penstock.inference.ensemble;

import org.jspecify.annotations.NullMarked;
