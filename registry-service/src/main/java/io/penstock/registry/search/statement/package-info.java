/// The statement of a search: a filter and an order as SQL over tables that a shape describes, one
/// page of it, and the token that the next page begins with.
@NullMarked
package io.penstock.registry.search.statement;

import org.jspecify.annotations.NullMarked;
