package io.penstock.registry.search.filter;

import static java.util.stream.Collectors.joining;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Literal.Form;
import java.util.Map;
import java.util.Set;

/// What searches of logged models speak of. Parameters and tags may be compared with bare numbers
/// here: MLflow's own examples do.
public final class LoggedModelVocabulary extends Vocabulary {

  private static final Map<String, Kind> KINDS =
      Map.of(
          "attributes", Kind.ATTRIBUTE,
          "metrics", Kind.METRIC,
          "params", Kind.PARAMETER,
          "tags", Kind.TAG);

  private static final Attribute CREATED = Attribute.number("creation_timestamp");
  private static final Attribute UPDATED = Attribute.number("last_updated_timestamp");

  private static final Map<String, Attribute> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("name", Attribute.text("name").withLists()),
          Map.entry("model_id", Attribute.text("model_id").withLists()),
          Map.entry("model_type", Attribute.text("model_type").withLists()),
          Map.entry("status", Attribute.text("status").withLists()),
          Map.entry("source_run_id", Attribute.text("source_run_id").withLists()),
          Map.entry("creation_time", CREATED),
          Map.entry("creation_timestamp", CREATED),
          Map.entry("creation_timestamp_ms", CREATED),
          Map.entry("last_updated_time", UPDATED),
          Map.entry("last_updated_timestamp", UPDATED),
          Map.entry("last_updated_timestamp_ms", UPDATED));

  public static final LoggedModelVocabulary INSTANCE = new LoggedModelVocabulary();

  private LoggedModelVocabulary() {
    super(KINDS, ATTRIBUTES, ATTRIBUTES.keySet());
  }

  /// The attribute that an order calls so.
  public Field attribute(String name) {
    var attribute = ATTRIBUTES.get(name.strip());
    if (attribute == null) {
      throw MlflowFailure.invalid("Invalid order by field name: %s.".formatted(name.strip()));
    }
    return new Field(Kind.ATTRIBUTE, attribute.name());
  }

  @Override
  Operand entryValue(Field field, Literal value) {
    return value.is(Form.NUMBER) ? new Operand.Text(value.text()) : super.entryValue(field, value);
  }

  @Override
  RuntimeException invalidClause(String filter, String clause) {
    return MlflowFailure.invalid(
        "Invalid filter string: '%s'. Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01')."
            .formatted(filter));
  }

  @Override
  RuntimeException unknownKind(String name) {
    return MlflowFailure.invalid(
        "Invalid entity type: '%s'. Expected one of ['attributes', 'metrics', 'params', 'tags']."
            .formatted(name));
  }

  @Override
  RuntimeException invalidOperator(Field field, String symbol, Set<Operator> allowed) {
    return MlflowFailure.invalid(
        "Invalid comparison operator for %ss.%s: '%s'. Expected one of %s."
            .formatted(field.kind(), field.key(), symbol, tuple(allowed)));
  }

  private static String tuple(Set<Operator> operators) {
    return operators.stream()
        .sorted()
        .map(operator -> "'" + operator.symbol() + "'")
        .collect(joining(", ", "(", ")"));
  }

  @Override
  RuntimeException alwaysThere(Field field) {
    return MlflowFailure.invalid(
        "IS NULL / IS NOT NULL is only supported for tags and params, not for '%s' '%s'"
            .formatted(field.kind(), field.key()));
  }
}
