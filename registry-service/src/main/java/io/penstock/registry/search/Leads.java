package io.penstock.registry.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Operand;
import io.penstock.registry.search.filter.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Finds the part of a filter that leads to few rows: an equality that an index answers.
///
/// PostgreSQL cannot know how many entries have this value under this key where it knows how many
/// have the key and how many the value; one count, which stops when it is too many, tells.
final class Leads {

  /// Longer values are in no index.
  static final int MOST_BYTES = 1_000;

  /// As many rows cost less to look up one by one than a walk along the order of the result costs
  /// at its worst.
  private static final int FEW = 20_000;

  private final Shape shape;
  private final List<Comparison> candidates;

  Leads(Shape shape, Filter filter) {
    this.shape = shape;
    this.candidates = parts(filter).stream().flatMap(part -> candidate(part).stream()).toList();
  }

  static List<Filter> parts(Filter filter) {
    return filter instanceof And(var parts) ? parts : List.of(filter);
  }

  private Optional<Comparison> candidate(Filter part) {
    return part instanceof Comparison comparison
            && shape.leads().contains(comparison.field().kind())
            && comparison.operator() == Operator.EQUAL
            && comparison.operand() instanceof Operand.Text(var text)
            && text.getBytes(UTF_8).length <= MOST_BYTES
        ? Optional.of(comparison)
        : Optional.empty();
  }

  /// The comparison that the fewest rows meet, if these are few.
  Optional<Comparison> best(Handle handle) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    var counts = counts(handle);
    int best = 0;
    for (int i = 1; i < counts.size(); i++) {
      best = counts.get(i) < counts.get(best) ? i : best;
    }
    return counts.get(best) < FEW ? Optional.of(candidates.get(best)) : Optional.empty();
  }

  private List<Long> counts(Handle handle) {
    var sql = new Sql();
    var counts =
        candidates.stream()
            .map(
                lead ->
                    "(select count(*) from (%s limit %d) as few)".formatted(rows(sql, lead), FEW))
            .collect(joining(", ", "select ", ""));
    return sql.add(counts).query(handle).map((row, _) -> read(row)).one();
  }

  private List<Long> read(java.sql.ResultSet row) throws java.sql.SQLException {
    var counts = new ArrayList<Long>();
    for (int i = 1; i <= candidates.size(); i++) {
      counts.add(row.getLong(i));
    }
    return counts;
  }

  /// The ids that a comparison leads to, as [#owner] calls them; read from the index alone.
  String rows(Sql sql, Comparison lead) {
    var entries = shape.entries(lead.field().kind());
    return "select %s from %s as lead where %s and %s and octet_length(lead.value) <= %d"
        .formatted(
            owner(lead),
            entries.table(),
            entries.key("lead", sql.bind(lead.field().key())),
            new Conditions(shape, sql, shape.id())
                .value("lead.value", lead.operator(), lead.operand()),
            MOST_BYTES);
  }

  String owner(Comparison lead) {
    return shape.entries(lead.field().kind()).owner("lead");
  }
}
