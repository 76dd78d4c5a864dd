package io.penstock.registry.search;

import static java.util.stream.Collectors.joining;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.Route.Way;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/// The one statement of a search, and the page that it reads.
final class SearchStatement {

  private record Row<T>(T found, List<String> sortValues) {}

  private final Shape shape;
  private final Sql sql;
  private final Sorting sorting;
  private final List<String> conditions = new ArrayList<>();

  /// @param sql nothing yet but the values that the shape names
  SearchStatement(Shape shape, Sql sql) {
    this.shape = shape;
    this.sql = sql;
    this.sorting = new Sorting(shape, sql);
  }

  /// Takes the values of conditions.
  Sql sql() {
    return sql;
  }

  Sorting sorting() {
    return sorting;
  }

  SearchStatement where(String condition) {
    conditions.add(condition);
    return this;
  }

  SearchStatement where(Optional<String> condition) {
    condition.ifPresent(conditions::add);
    return this;
  }

  SearchStatement where(Filter filter) {
    return where(new Conditions(shape, sql, shape.id()).of(filter));
  }

  /// The filter by a route to the rows: where nothing is walked past, it is collected from all that
  /// hangs on rows before these themselves are read.
  SearchStatement where(Filter filter, Leads leads, Route route) {
    var rest = new ArrayList<>(Leads.parts(filter));
    route.leads().forEach(lead -> rest.remove(lead.part()));
    if (route.way() != Way.COLLECT) {
      route.leads().forEach(lead -> where(Leads.isAmong(shape.id(), leads.ids(sql, lead.part()))));
    } else {
      var hanging = rest.stream().filter(SearchStatement::hangs).toList();
      rest.removeAll(hanging);
      var ids = leads.common(sql, route.leads(), new And(hanging));
      where("%s = any(array(%s))".formatted(shape.id(), ids));
    }
    return where(new And(rest));
  }

  /// Whether a filter asks for nothing that the row itself has.
  private static boolean hangs(Filter filter) {
    return switch (filter) {
      case And(var parts) -> parts.stream().allMatch(SearchStatement::hangs);
      case Or(var parts) -> parts.stream().allMatch(SearchStatement::hangs);
      case Not(var part) -> hangs(part);
      case Comparison comparison -> comparison.field().kind() != Kind.ATTRIBUTE;
    };
  }

  /// Runs the search.
  ///
  /// @param search everything that makes it this search: a token of another is refused
  /// @param reading what is read of the rows of the page
  <T> Page<T> page(
      Handle handle, String search, SearchRequest request, int size, Reading<T> reading) {
    var columns = sorting.columns();
    var after = SearchToken.read(search, columns.size(), request.pageToken());
    if (!after.isEmpty()) {
      where(after(columns, after, 0));
    }
    var mapper = reading.mapper();
    var rows =
        text(columns, reading, size)
            .query(handle)
            .map((row, context) -> new Row<>(mapper.map(row, context), read(row, columns)))
            .list();
    if (rows.size() <= size) {
      return new Page<>(rows.stream().map(Row::found).toList(), "");
    }
    var page = rows.subList(0, size);
    return new Page<>(
        page.stream().map(Row::found).toList(),
        SearchToken.write(search, page.getLast().sortValues()));
  }

  private Sql text(List<SortColumn> columns, Reading<?> reading, int size) {
    sql.add("select ").add(reading.later().isPresent() ? shape.id() + " as id" : reading.columns());
    sql.add(selected(columns));
    sql.add(" from ").add(shape.table()).add(sorting.joins());
    sql.add(" where ").add(String.join(" and ", conditions));
    sql.add(" order by ").add(each(columns));
    sql.add(" limit ").add(sql.bind(size + 1L));
    reading.later().ifPresent(table -> readLater(reading.columns(), table, columns));
    return sql;
  }

  private void readLater(String read, String table, List<SortColumn> columns) {
    var sorted = IntStream.range(0, columns.size()).mapToObj(i -> "page.s" + i).toList();
    var order =
        IntStream.range(0, columns.size())
            .mapToObj(i -> sorted.get(i) + (columns.get(i).ascending() ? " asc" : " desc"))
            .collect(joining(", "));
    sql.around(
        "select %s, %s from (".formatted(read, String.join(", ", sorted)),
        ") as page join %s = page.id order by %s".formatted(table, order));
  }

  private static String selected(List<SortColumn> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> ", %s as s%d".formatted(columns.get(i).expression(), i))
        .collect(joining());
  }

  private static String each(List<SortColumn> columns) {
    return columns.stream().map(SortColumn::direction).collect(joining(", "));
  }

  private static List<String> read(ResultSet row, List<SortColumn> columns) throws SQLException {
    var values = new ArrayList<String>();
    for (int i = 0; i < columns.size(); i++) {
      values.add(columns.get(i).read(row, "s" + i));
    }
    return values;
  }

  // The first comparison of each pair is what an index begins its walk at.
  private String after(List<SortColumn> columns, List<String> values, int i) {
    var column = columns.get(i);
    var place = column.bind(sql, values.get(i));
    var behind = "%s %s %s".formatted(column.expression(), column.behind(), place);
    return i == columns.size() - 1
        ? behind
        : "(%s %s= %s and (%s or %s))"
            .formatted(
                column.expression(), column.behind(), place, behind, after(columns, values, i + 1));
  }
}
