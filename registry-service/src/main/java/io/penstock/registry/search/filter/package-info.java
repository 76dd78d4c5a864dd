/// The language of searches: MLflow's filters and orders, with `OR`, `NOT` and parentheses added.
///
/// Pure: text in, a tree out. Nothing here knows of a database.
@NullMarked
package io.penstock.registry.search.filter;

import org.jspecify.annotations.NullMarked;
