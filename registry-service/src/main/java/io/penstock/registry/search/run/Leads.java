package io.penstock.registry.search.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.joining;

import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Operand;
import io.penstock.registry.search.filter.Operator;
import io.penstock.registry.search.run.Route.Way;
import io.penstock.registry.search.statement.Conditions;
import io.penstock.registry.search.statement.SearchStatement;
import io.penstock.registry.search.statement.Shape;
import io.penstock.registry.search.statement.Sql;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The parts of a filter that an index answers with the ids of their rows.
final class Leads {

  /// Longer values are in no index.
  static final int MOST_BYTES = 1_000;

  // As many are counted in half a millisecond, and in seven.
  private static final long MOST_COUNTED = 4_000;
  private static final long MOST_RECOUNTED = 100_000;

  /// A part of the filter that has to be met, and about how many rows meet it.
  record Lead(Filter part, long rows) {}

  private final Shape shape;
  private final List<Filter> parts;
  private final List<Filter> leading;

  Leads(Shape shape, Filter filter) {
    this.shape = shape;
    this.parts = filter.conditions();
    this.leading = parts.stream().filter(this::leads).toList();
  }

  private boolean leads(Filter part) {
    return switch (part) {
      case Or(var parts) -> !parts.isEmpty() && parts.stream().allMatch(this::leads);
      case Comparison(var field, var operator, Operand.Text(var text)) ->
          shape.leads().containsKey(field.kind())
              && operator == Operator.EQUAL
              && text.getBytes(UTF_8).length <= MOST_BYTES;
      case Comparison(var field, var operator, Operand.Number _) ->
          shape.leads().containsKey(field.kind()) && operator != Operator.NOT_EQUAL;
      default -> false;
    };
  }

  /// How many parts of the filter lead nowhere.
  int others() {
    return parts.size() - leading.size();
  }

  boolean isEmpty() {
    return leading.isEmpty();
  }

  /// Asks of each lead how many rows meet it: they are counted as far as they are few, for the
  /// planner's guess may be old or wrong; beyond that its guess will do.
  void ask(Sql sql) {
    for (var part : leading) {
      sql.add("; ").add(count(sql, part, MOST_COUNTED));
      sql.add("; explain ").add(ids(sql, part));
    }
  }

  /// The one that the fewest rows meet first. Where the planner guesses fewer than were counted it
  /// knows nothing of the value, and more are counted.
  ///
  /// @param answers in the order in which [#ask] asked
  List<Lead> counted(Handle handle, Iterator<String> answers) {
    var leads = new ArrayList<Lead>();
    for (var part : leading) {
      long counted = Long.parseLong(answers.next());
      long guessed = Sql.plannedRows(answers.next());
      leads.add(new Lead(part, rows(handle, part, counted, guessed)));
    }
    leads.sort(comparingLong(Lead::rows));
    return leads;
  }

  private long rows(Handle handle, Filter part, long counted, long guessed) {
    if (counted < MOST_COUNTED) {
      return counted;
    }
    return guessed >= MOST_COUNTED ? guessed : recounted(handle, part);
  }

  private long recounted(Handle handle, Filter part) {
    var sql = new Sql();
    sql.add(count(sql, part, MOST_RECOUNTED));
    return Long.parseLong(sql.firsts(handle).getFirst());
  }

  private String count(Sql sql, Filter part, long most) {
    return "select count(*) from (%s limit %d) as few".formatted(ids(sql, part), most);
  }

  /// The ids of the rows that meet a part.
  private String ids(Sql sql, Filter part) {
    return switch (part) {
      case Or(var parts) ->
          parts.stream().map(one -> ids(sql, one)).collect(joining(" union all "));
      case Comparison comparison -> ids(sql, comparison);
      default -> throw new IllegalArgumentException("leads nowhere: " + part);
    };
  }

  private String ids(Sql sql, Comparison comparison) {
    var entries = shape.lead(comparison.field().kind());
    return "select %s as id from %s as entry where %s and %s"
        .formatted(
            entries.owner("entry"),
            entries.table(),
            entries.key("entry", sql.bind(comparison.field().key())),
            new Conditions(shape, sql, shape.id())
                .value("entry.value", comparison.operator(), comparison.operand()));
  }

  /// The ids of the rows that meet several leads and what else hangs on them. Those of the smaller
  /// ones are kept at hand while the greatest is read.
  private String common(Sql sql, List<Lead> ascending, Filter hanging) {
    var smaller = ascending.subList(0, ascending.size() - 1);
    var ids = ids(sql, ascending.getLast().part());
    var within =
        smaller.isEmpty() ? "true" : isAmong("lead.id", common(sql, smaller, Filter.EVERYTHING));
    var rest = new Conditions(shape, sql, "lead.id").of(hanging);
    return "select lead.id from (%s) as lead where %s and %s".formatted(ids, within, rest);
  }

  /// The condition that an id is one of those that a query gives, which are read into memory first:
  /// asking whether it is true keeps the planner from anything else.
  private static String isAmong(String id, String ids) {
    return "(%s in (%s)) is true".formatted(id, ids);
  }

  /// Has a statement ask for the filter by a route: where nothing is walked past, what the leads
  /// have in common and hangs on rows is collected before these themselves are read.
  SearchStatement follow(Route route, SearchStatement statement) {
    var sql = statement.sql();
    var rest = new ArrayList<>(parts);
    route.leads().forEach(lead -> rest.remove(lead.part()));
    if (route.way() == Way.COLLECT) {
      var hanging = rest.stream().filter(Leads::hangs).toList();
      rest.removeAll(hanging);
      var ids = common(sql, route.leads(), new And(hanging));
      statement.where("%s = any(array(%s))".formatted(statement.id(), ids));
    } else {
      route
          .leads()
          .forEach(lead -> statement.where(isAmong(statement.id(), ids(sql, lead.part()))));
    }
    return statement.where(new And(rest));
  }

  /// Whether a filter asks for nothing that the row itself has.
  private static boolean hangs(Filter filter) {
    return switch (filter) {
      case And(var parts) -> parts.stream().allMatch(Leads::hangs);
      case Or(var parts) -> parts.stream().allMatch(Leads::hangs);
      case Not(var part) -> hangs(part);
      case Comparison comparison -> comparison.field().kind() != Kind.ATTRIBUTE;
    };
  }
}
