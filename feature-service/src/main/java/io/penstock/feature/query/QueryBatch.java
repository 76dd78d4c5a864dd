package io.penstock.feature.query;

import io.penstock.feature.validation.EntityKeys;
import io.penstock.kit.failure.InvalidArguments;
import java.util.List;

/// The queries of one request: each for the same number of keys, at least one.
public record QueryBatch(List<FeatureQuery> queries) {

  static final int MOST_QUERIES = 100;
  static final int MOST_ROWS = 5000;

  /// Bounds the memory of a request and keeps its answer, at some 20 bytes a value, under gRPC's
  /// usual 4 MiB.
  static final int MOST_VALUES = 200_000;

  public QueryBatch {
    queries = List.copyOf(queries);
    requireBetween("queries", queries.size(), MOST_QUERIES);
    requireBetween(field(0, "entity_keys"), queries.getFirst().keys().size(), MOST_ROWS);
    var problems = new InvalidArguments();
    for (int i = 0; i < queries.size(); i++) {
      checkKeys(problems, i, queries);
    }
    problems.throwIfAny();
  }

  private static void requireBetween(String field, int size, int most) {
    if (size < 1 || size > most) {
      throw InvalidArguments.of(field, "are " + size + ", expected 1 to " + most);
    }
  }

  private static void checkKeys(InvalidArguments problems, int query, List<FeatureQuery> queries) {
    List<String> keys = queries.get(query).keys();
    int expected = queries.getFirst().keys().size();
    problems.addIf(
        keys.size() != expected,
        field(query, "entity_keys"),
        "are " + keys.size() + ", expected " + expected + " as in the first query");
    for (int i = 0; i < keys.size(); i++) {
      if (!EntityKeys.isValid(keys.get(i))) {
        problems.add(
            field(query, "entity_keys[" + i + "]"), "is no key, expected " + EntityKeys.RULE);
      }
    }
  }

  /// The number of keys of each query.
  public int rows() {
    return queries.getFirst().keys().size();
  }

  public int size() {
    return queries.size();
  }

  public FeatureQuery query(int index) {
    return queries.get(index);
  }

  /// The keys of all queries, one query after the other.
  public String[] keys() {
    return queries.stream().flatMap(query -> query.keys().stream()).toArray(String[]::new);
  }

  /// Fails where the answer would have more values than a message should.
  public void requireModest(List<Selection> selections) {
    long columns = selections.stream().mapToLong(Selection::size).sum();
    if (columns * rows() > MOST_VALUES) {
      throw InvalidArguments.of(
          "queries", "ask for " + columns * rows() + " values, expected at most " + MOST_VALUES);
    }
  }

  /// The path of a field of a query in the request.
  public static String field(int query, String name) {
    return "queries[" + query + "]." + name;
  }
}
