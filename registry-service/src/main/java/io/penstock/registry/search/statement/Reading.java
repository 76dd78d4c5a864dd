package io.penstock.registry.search.statement;

import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/// What a search reads of the rows that it finds.
///
/// @param columns which `mapper` reads
/// @param later the table and its id (`run on run.id`) from which they are read once the page is
///   known: until then a search may look at indexes alone; empty where they are read at once
public record Reading<T>(String columns, Optional<String> later, RowMapper<T> mapper) {

  public static <T> Reading<T> atOnce(String columns, RowMapper<T> mapper) {
    return new Reading<>(columns, Optional.empty(), mapper);
  }

  public static <T> Reading<T> later(String columns, String tableOnId, RowMapper<T> mapper) {
    return new Reading<>(columns, Optional.of(tableOnId), mapper);
  }
}
