package io.penstock.registry.search;

import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Operand;
import io.penstock.registry.search.filter.Operator;
import io.penstock.registry.search.statement.Sql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A filter taken apart into the tags that it wants to have certain values, and the rest of it.
///
/// Asked for all at once, an inverted index intersects the rows of these tags, and the planner
/// estimates how many have all of them.
///
/// @param wanted values by key
record EqualTags(Map<String, String> wanted, Filter rest) {

  static EqualTags of(Filter filter) {
    var wanted = new LinkedHashMap<String, String>();
    var rest = new ArrayList<Filter>();
    for (var part : filter.conditions()) {
      if (part instanceof Comparison(var field, var operator, Operand.Text(var value))
          && field.kind() == Kind.TAG
          && operator == Operator.EQUAL
          && !wanted.containsKey(field.key())) {
        wanted.put(field.key(), value);
      } else {
        rest.add(part);
      }
    }
    return new EqualTags(wanted, new And(rest));
  }

  boolean isEmpty() {
    return wanted.isEmpty();
  }

  /// The condition on a column of all tags as an object of JSON.
  String condition(String tags, Sql sql) {
    return wanted.isEmpty()
        ? "true"
        : "%s @> jsonb_object(%s, %s)"
            .formatted(
                tags,
                sql.bind(List.copyOf(wanted.keySet())),
                sql.bind(List.copyOf(wanted.values())));
  }
}
