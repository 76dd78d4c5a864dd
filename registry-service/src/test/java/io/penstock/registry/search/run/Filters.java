package io.penstock.registry.search.run;

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
import java.util.Random;
import java.util.stream.Stream;

/// Random filters over what [SearchedRuns] are made of, and their text.
final class Filters {

  private static final List<Operator> OF_NUMBERS =
      List.of(
          Operator.EQUAL,
          Operator.NOT_EQUAL,
          Operator.LESS,
          Operator.AT_MOST,
          Operator.GREATER,
          Operator.AT_LEAST);
  private static final List<Operator> OF_TEXTS =
      List.of(Operator.EQUAL, Operator.NOT_EQUAL, Operator.LIKE, Operator.ILIKE);
  private static final List<String> NUMBERS = List.of("-1", "0", "0.5", "1", "2.5", "1e400");
  private static final List<String> TEXTS =
      List.of("a", "A", "b", "ab", "a%", "%B", "_b", "a\\%", "");

  private final Random random;

  Filters(Random random) {
    this.random = random;
  }

  Filter next(int depth) {
    return switch (random.nextInt(depth == 0 ? 1 : 6)) {
      case 1, 2 -> new And(parts(depth));
      case 3, 4 -> new Or(parts(depth));
      case 5 -> new Not(next(depth - 1));
      default -> comparison();
    };
  }

  private List<Filter> parts(int depth) {
    return Stream.generate(() -> next(depth - 1)).limit(2 + random.nextInt(2)).toList();
  }

  private Comparison comparison() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> ofNumber(new Field(Kind.METRIC, one(SearchedRuns.KEYS)));
      case 2 -> ofText(new Field(Kind.PARAMETER, one(SearchedRuns.KEYS)));
      case 3 -> ofText(new Field(Kind.TAG, one(SearchedRuns.KEYS)));
      case 4 -> ofNumber(new Field(Kind.ATTRIBUTE, one(List.of("start_time", "end_time"))));
      case 5 -> ofText(new Field(Kind.ATTRIBUTE, one(List.of("run_name", "user_id"))));
      case 6 ->
          new Comparison(
              new Field(one(List.of(Kind.TAG, Kind.PARAMETER)), one(SearchedRuns.KEYS)),
              one(List.of(Operator.IS_NULL, Operator.IS_NOT_NULL)),
              new Operand.Absence());
      default ->
          new Comparison(
              new Field(Kind.ATTRIBUTE, "run_id"),
              one(List.of(Operator.IN, Operator.NOT_IN)),
              new Operand.Texts(List.of("run3", "run5", "run7")));
    };
  }

  private Comparison ofNumber(Field field) {
    return new Comparison(field, one(OF_NUMBERS), new Operand.Number(one(NUMBERS)));
  }

  private Comparison ofText(Field field) {
    return new Comparison(field, one(OF_TEXTS), new Operand.Text(one(TEXTS)));
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  static String print(Filter filter) {
    return switch (filter) {
      case And(var parts) -> all(parts, " AND ");
      case Or(var parts) -> all(parts, " OR ");
      case Not(var part) -> "NOT (" + print(part) + ")";
      case Comparison(var field, var operator, var operand) ->
          "%ss.`%s` %s %s".formatted(field.kind(), field.key(), operator.symbol(), print(operand));
    };
  }

  private static String all(List<Filter> parts, String between) {
    return parts.stream().map(part -> "(" + print(part) + ")").collect(joining(between));
  }

  private static String print(Operand operand) {
    return switch (operand) {
      case Operand.Number(var literal) -> literal;
      case Operand.Text(var value) -> "'" + value + "'";
      case Operand.Texts(var values) ->
          values.stream().map("'%s'"::formatted).collect(joining(", ", "(", ")"));
      case Operand.Absence _ -> "";
    };
  }
}
