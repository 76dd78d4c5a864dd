package io.penstock.registry.search;

import io.penstock.registry.search.filter.Field;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Operand.Text;
import io.penstock.registry.search.filter.Operator;
import java.util.Optional;

/// Prompts lie among the registered models, marked by a tag. Searches do not see them unless their
/// filter names it.
final class Prompts {

  private static final Field MARK = new Field(Kind.TAG, "mlflow.prompt.is_prompt");
  private static final Comparison IS_PROMPT =
      new Comparison(MARK, Operator.EQUAL, new Text("true"));

  private Prompts() {}

  /// The filter, where it says of the mark that it is not `true` or is `false`: clients say so of
  /// models, which do not have it at all.
  static Filter meant(Filter filter) {
    return switch (filter) {
      case And(var parts) -> new And(parts.stream().map(Prompts::meant).toList());
      case Or(var parts) -> new Or(parts.stream().map(Prompts::meant).toList());
      case Not(var part) -> new Not(meant(part));
      case Comparison comparison -> excludes(comparison) ? new Not(IS_PROMPT) : comparison;
    };
  }

  private static boolean excludes(Comparison comparison) {
    return comparison.equals(new Comparison(MARK, Operator.NOT_EQUAL, new Text("true")))
        || comparison.equals(new Comparison(MARK, Operator.EQUAL, new Text("false")));
  }

  /// @param tags the column of the model's tags
  static Optional<String> hiddenFrom(Filter filter, String tags) {
    return isNamed(filter)
        ? Optional.empty()
        : Optional.of("(%s ->> '%s' = 'true') is not true".formatted(tags, MARK.key()));
  }

  private static boolean isNamed(Filter filter) {
    return switch (filter) {
      case And(var parts) -> parts.stream().anyMatch(Prompts::isNamed);
      case Or(var parts) -> parts.stream().anyMatch(Prompts::isNamed);
      case Not(var part) -> isNamed(part);
      case Comparison comparison -> comparison.field().equals(MARK);
    };
  }
}
