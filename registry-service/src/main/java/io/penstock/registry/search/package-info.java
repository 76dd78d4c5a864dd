/// Searches of runs, experiments, models, versions and logged models: one parametrised statement
/// each, and pages that begin where the one before ended.
///
/// Filters and orders are read by `search.filter`. What a search finds are keys: the features read
/// what belongs to them.
@NullMarked
package io.penstock.registry.search;

import org.jspecify.annotations.NullMarked;
