package io.penstock.registry.search;

import org.jdbi.v3.core.mapper.RowMapper;

/// What a search reads of the rows that it finds.
///
/// @param columns which `mapper` reads
/// @param later whether they are read once the page is known, by the ids of its rows: until then a
///   search may look at indexes alone
record Reading<T>(String columns, boolean later, RowMapper<T> mapper) {}
