package io.penstock.registry.search.statement;

import static java.util.stream.Collectors.joining;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.filter.Filter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/// The one statement of a search, and the page that it reads.
public final class SearchStatement {

  private record Row<T>(T found, List<String> sortValues) {}

  private final Shape shape;
  private final Sql sql;
  private final Sorting sorting;
  private final List<String> conditions = new ArrayList<>();

  /// @param sql nothing yet but the values that the shape names
  public SearchStatement(Shape shape, Sql sql) {
    this.shape = shape;
    this.sql = sql;
    this.sorting = new Sorting(shape, sql);
  }

  /// What entries know its rows by.
  public String id() {
    return shape.id();
  }

  /// Takes the values of conditions.
  public Sql sql() {
    return sql;
  }

  public Sorting sorting() {
    return sorting;
  }

  public SearchStatement where(String condition) {
    conditions.add(condition);
    return this;
  }

  public SearchStatement where(Optional<String> condition) {
    condition.ifPresent(conditions::add);
    return this;
  }

  public SearchStatement where(Filter filter) {
    return where(new Conditions(shape, sql, shape.id()).of(filter));
  }

  /// Runs the search.
  ///
  /// @param search everything that makes it this search: a token of another is refused
  /// @param reading what is read of the rows of the page
  public <T> Page<T> page(
      Handle handle, String search, String pageToken, int size, Reading<T> reading) {
    var columns = sorting.columns();
    var after = SearchToken.read(search, columns.size(), pageToken);
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
