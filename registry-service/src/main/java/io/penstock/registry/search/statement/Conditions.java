package io.penstock.registry.search.statement;

import static java.util.stream.Collectors.joining;

import io.penstock.registry.search.filter.Field;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Operand;
import io.penstock.registry.search.filter.Operator;
import java.util.List;

/// Turns filters into conditions of SQL. What hangs on a row is asked for by `exists`: a row is
/// found once however many entries match.
///
/// @param id what entries are joined to; the row's own id, or that of an entry which leads to it
public record Conditions(Shape shape, Sql sql, String id) {

  // A condition may be unknown where a column is null: to AND and OR that is as good as false, and
  // NOT asks for true.
  public String of(Filter filter) {
    return switch (filter) {
      case And(var parts) -> parts.isEmpty() ? "true" : all(parts, " and ");
      case Or(var parts) -> parts.isEmpty() ? "false" : all(parts, " or ");
      case Not(Comparison part) when part.field().kind() != Kind.ATTRIBUTE -> "not " + of(part);
      case Not(var part) -> "(%s) is not true".formatted(of(part));
      case Comparison comparison -> comparison(comparison);
    };
  }

  private String all(List<Filter> parts, String between) {
    return parts.stream().map(this::of).collect(joining(between, "(", ")"));
  }

  private String comparison(Comparison comparison) {
    if (comparison.field().kind() == Kind.ATTRIBUTE) {
      var column = shape.column(comparison.field()).expression();
      return value(column, comparison.operator(), comparison.operand());
    }
    return switch (comparison.operator()) {
      case IS_NULL -> "not " + exists(comparison.field(), "");
      case IS_NOT_NULL -> exists(comparison.field(), "");
      default -> entry(comparison);
    };
  }

  private String entry(Comparison comparison) {
    var field = comparison.field();
    var column = field.kind() == Kind.DATASET ? "entry." + field.key() : "entry.value";
    return exists(field, " and " + value(column, comparison.operator(), comparison.operand()));
  }

  private String exists(Field field, String condition) {
    var entries = shape.entries(field.kind());
    return "exists (select from %s as entry where %s = %s%s%s)"
        .formatted(
            entries.table(),
            entries.owner("entry"),
            id,
            field.kind() == Kind.DATASET
                ? ""
                : " and " + entries.key("entry", sql.bind(field.key())),
            condition);
  }

  public String value(String column, Operator operator, Operand operand) {
    return switch (operand) {
      case Operand.Number number -> number(column, operator, number);
      case Operand.Text(var text) -> text(column, operator, sql.bind(text));
      case Operand.Texts(var texts) ->
          operator == Operator.IN
              ? "%s = any(%s)".formatted(column, sql.bind(texts))
              : "%s <> all(%s)".formatted(column, sql.bind(texts));
      case Operand.Absence _ -> throw new IllegalArgumentException("has no value to compare with");
    };
  }

  // To PostgreSQL NaN is greater than every number, to everybody else it is not.
  private String number(String column, Operator operator, Operand.Number number) {
    boolean greater = operator == Operator.GREATER || operator == Operator.AT_LEAST;
    var limit = greater ? " and %s < 'NaN'::double precision".formatted(column) : "";
    return "(%s %s %s%s)".formatted(column, sign(operator), place(number), limit);
  }

  private String place(Operand.Number number) {
    var whole = number.integer();
    return whole.isPresent() ? sql.bind(whole.getAsLong()) : sql.bind(number.decimal());
  }

  // "C" knows only the cases of ASCII.
  private static String text(String column, Operator operator, String place) {
    return switch (operator) {
      case LIKE -> "%s like %s escape ''".formatted(column, place);
      case ILIKE -> "%s collate \"default\" ilike %s escape ''".formatted(column, place);
      default -> "%s %s %s".formatted(column, sign(operator), place);
    };
  }

  private static String sign(Operator operator) {
    return operator == Operator.NOT_EQUAL ? "<>" : operator.symbol();
  }
}
