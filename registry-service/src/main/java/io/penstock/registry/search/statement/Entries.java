package io.penstock.registry.search.statement;

import static java.util.stream.Collectors.joining;

import java.util.List;

/// A table of keys and values that hang on the rows of a collection.
///
/// @param table its name, or a query in parentheses
/// @param owner columns that say which row an entry hangs on
/// @param key the condition on the key, with places for the table's alias and the key
/// @param newest which of several entries of one key is sorted by, with a place for the alias;
///   empty where there is but one
public record Entries(String table, List<String> owner, String key, String newest) {

  public static Entries of(String table, String... owner) {
    return new Entries(table, List.of(owner), "%1$s.key = %2$s", "");
  }

  /// What an entry has in common with the id of its row.
  public String owner(String alias) {
    return owner.size() == 1
        ? alias + "." + owner.getFirst()
        : owner.stream().map(column -> alias + "." + column).collect(joining(", ", "(", ")"));
  }

  public String key(String alias, String place) {
    return key.formatted(alias, place);
  }

  String newest(String alias) {
    return newest.formatted(alias);
  }
}
