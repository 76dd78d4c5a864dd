package io.penstock.registry.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingLong;

import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Operand;
import io.penstock.registry.search.filter.Operator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/// Finds the part of a filter that leads to its rows best: the equality that an index answers with
/// the fewest.
final class Leads {

  /// Longer values are in no index.
  static final int MOST_BYTES = 1_000;

  /// Up to how many rows a lead helps.
  ///
  /// @param few so many are looked up one by one sooner than a walk along the order of the result
  ///   finds them
  /// @param some so many ids are soon enough read into memory that each step of the walk is spared
  ///   a look-up
  record Limits(long few, long some) {
    static final Limits USUAL = new Limits(20_000, 200_000);
  }

  /// An equality, and whether few rows meet it.
  record Lead(Comparison comparison, boolean few) {}

  private static final Pattern PLANNED_ROWS = Pattern.compile("rows=(\\d+)");

  private record Counted(Comparison comparison, long rows) {}

  private final Shape shape;
  private final Limits limits;
  private final List<Comparison> candidates;

  Leads(Shape shape, Limits limits, Filter filter) {
    this.shape = shape;
    this.limits = limits;
    this.candidates =
        parts(filter).stream().filter(this::leads).map(Comparison.class::cast).toList();
  }

  /// The conditions that all have to be met.
  static List<Filter> parts(Filter filter) {
    return filter instanceof And(var parts) ? parts : List.of(filter);
  }

  private boolean leads(Filter part) {
    return part instanceof Comparison(var field, var operator, Operand.Text(var text))
        && shape.leads().contains(field.kind())
        && operator == Operator.EQUAL
        && text.getBytes(UTF_8).length <= MOST_BYTES;
  }

  /// The equality that the fewest rows meet, if it helps.
  Optional<Lead> best(Handle handle) {
    return candidates.stream()
        .map(lead -> new Counted(lead, count(handle, lead)))
        .min(comparingLong(Counted::rows))
        .filter(best -> best.rows() <= limits.some())
        .map(best -> new Lead(best.comparison(), best.rows() < limits.few()));
  }

  // Counted as far as they are few, for the planner's guess may be old or wrong; beyond that its
  // guess will do.
  private long count(Handle handle, Comparison lead) {
    var sql = new Sql();
    sql.add("select count(*) from (%s limit %d) as few".formatted(rows(sql, lead), limits.few()));
    long counted = sql.query(handle).mapTo(long.class).one();
    return counted < limits.few() ? counted : Math.max(limits.few(), guess(handle, lead));
  }

  private long guess(Handle handle, Comparison lead) {
    var sql = new Sql();
    sql.add("explain ").add(rows(sql, lead));
    var plan = PLANNED_ROWS.matcher(sql.query(handle).mapTo(String.class).first());
    return plan.find() ? Long.parseLong(plan.group(1)) : Long.MAX_VALUE;
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
