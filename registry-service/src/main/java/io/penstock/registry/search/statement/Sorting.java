package io.penstock.registry.search.statement;

import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Order;
import io.penstock.registry.search.statement.Shape.Column;
import java.util.ArrayList;
import java.util.List;

/// The columns that a result is sorted by, and the joins that bring them. Whatever the direction,
/// NaN comes after the numbers and what is missing comes last.
public final class Sorting {

  private final Shape shape;
  private final Sql sql;
  private final List<SortColumn> columns = new ArrayList<>();
  private final StringBuilder joins = new StringBuilder();
  private int joined;

  Sorting(Shape shape, Sql sql) {
    this.shape = shape;
    this.sql = sql;
  }

  public Sorting by(List<Order> orders) {
    orders.forEach(this::by);
    return this;
  }

  /// Further columns, which make the order a total one; those that are sorted by already change
  /// nothing.
  public Sorting thenBy(SortColumn... further) {
    for (var column : further) {
      if (columns.stream().noneMatch(known -> known.expression().equals(column.expression()))) {
        columns.add(column);
      }
    }
    return this;
  }

  List<SortColumn> columns() {
    return columns;
  }

  String joins() {
    return joins.toString();
  }

  private void by(Order order) {
    if (order.field().kind() == Kind.ATTRIBUTE) {
      byColumn(shape.column(order.field()), order.ascending());
    } else {
      byEntry(order, join(shape.entries(order.field().kind()), order.field().key()));
    }
  }

  /// Sorts by a column, or by what hangs on the rows in the table given.
  public void by(Order order, Entries entries) {
    if (order.field().kind() == Kind.ATTRIBUTE) {
      byColumn(shape.column(order.field()), order.ascending());
    } else {
      byEntry(order, join(entries, order.field().key()));
    }
  }

  private void byColumn(Column column, boolean ascending) {
    var expression = column.expression();
    if (column.nullable()) {
      columns.add(SortColumn.number("(%s is null)::int".formatted(expression), true));
      expression =
          column.type() == SortColumn.Type.TEXT
              ? "coalesce(%s, '')".formatted(expression)
              : "coalesce(%s, 0)".formatted(expression);
    }
    columns.add(new SortColumn(expression, column.type(), ascending));
  }

  private void byEntry(Order order, String value) {
    if (order.field().kind() == Kind.METRIC) {
      columns.add(
          SortColumn.number(
              "case when %1$s is null then 2 when %1$s = 'NaN' then 1 else 0 end".formatted(value),
              true));
      columns.add(
          SortColumn.decimal("coalesce(nullif(%s, 'NaN'), 0)".formatted(value), order.ascending()));
    } else {
      columns.add(SortColumn.number("(%s is null)::int".formatted(value), true));
      columns.add(
          SortColumn.text("coalesce(%s, '') collate \"C\"".formatted(value), order.ascending()));
    }
  }

  private String join(Entries entries, String key) {
    var name = "sorted" + joined++;
    joins.append(
        " left join lateral (select entry.value from %s as entry where %s = %s and %s %s) as %s on true"
            .formatted(
                entries.table(),
                entries.owner("entry"),
                shape.id(),
                entries.key("entry", sql.bind(key)),
                entries.newest("entry"),
                name));
    return name + ".value";
  }
}
