package io.penstock.registry.search.filter;

import static io.penstock.registry.search.filter.Kind.ATTRIBUTE;
import static io.penstock.registry.search.filter.Kind.DATASET;
import static io.penstock.registry.search.filter.Kind.METRIC;
import static io.penstock.registry.search.filter.Kind.PARAMETER;
import static io.penstock.registry.search.filter.Kind.TAG;
import static java.util.stream.Collectors.joining;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Literal.Form;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What can be said in the filters and orders of one collection, and what is answered to everything
/// else: in MLflow's words, which differ between its collections.
public abstract class Vocabulary {

  private static final Set<String> DATASET_KEYS = Set.of("name", "digest", "context");

  private final Map<String, Kind> kinds;
  private final Map<String, Attribute> attributes;
  private final Set<String> orderable;

  /// @param kinds by every name that a filter may put before the dot
  /// @param attributes by every name that a filter or an order may use
  /// @param orderable names of those attributes that orders may use
  Vocabulary(Map<String, Kind> kinds, Map<String, Attribute> attributes, Set<String> orderable) {
    this.kinds = kinds;
    this.attributes = attributes;
    this.orderable = orderable;
  }

  /// A column that filters may ask for.
  ///
  /// @param searchable false where it may only be sorted by
  /// @param listable whether `IN` may be asked of it
  record Attribute(String name, boolean numeric, boolean searchable, boolean listable) {

    static Attribute text(String name) {
      return new Attribute(name, false, true, false);
    }

    static Attribute number(String name) {
      return new Attribute(name, true, true, false);
    }

    Attribute withLists() {
      return new Attribute(name, numeric, searchable, true);
    }

    Attribute onlySorted() {
      return new Attribute(name, numeric, false, listable);
    }
  }

  /// The field that a filter calls so.
  final Field field(String identifier) {
    return resolve(identifier, searchable());
  }

  /// The field that an order calls so.
  Field orderField(String identifier) {
    var field = resolve(identifier, orderable);
    // A run has many, of which none comes first.
    if (field.kind() == DATASET) {
      throw MlflowFailure.invalid("Invalid identifier type '%s'".formatted(field.kind()));
    }
    return field;
  }

  private Set<String> searchable() {
    var names = new TreeSet<String>();
    attributes.forEach((name, attribute) -> addIf(attribute.searchable(), names, name));
    return names;
  }

  private static void addIf(boolean wanted, Set<String> names, String name) {
    if (wanted) {
      names.add(name);
    }
  }

  private Field resolve(String identifier, Set<String> allowed) {
    int dot = identifier.indexOf('.');
    var kind = dot < 0 ? ATTRIBUTE : kind(Literal.unquoted(identifier.substring(0, dot), '`'));
    var key = key(identifier.substring(dot + 1));
    if (kind == ATTRIBUTE && !allowed.contains(key)) {
      throw unknownAttribute(key, allowed);
    }
    if (kind == DATASET && !DATASET_KEYS.contains(key)) {
      throw MlflowFailure.invalid(
          "Invalid dataset key '%s' specified. Valid keys are '%s'"
              .formatted(key, set(DATASET_KEYS)));
    }
    return new Field(kind, kind == ATTRIBUTE ? known(key).name() : key);
  }

  private static String key(String written) {
    var key = Literal.unquoted(Literal.unquoted(written, '\''), '"');
    return Literal.unquoted(key, '`');
  }

  private Kind kind(String name) {
    var kind = kinds.get(name);
    if (kind == null) {
      throw unknownKind(name);
    }
    return kind;
  }

  private Attribute known(String name) {
    return Objects.requireNonNull(attributes.get(name));
  }

  /// A comparison, if the field can be compared so with that.
  final Comparison comparison(Field field, String symbol, Literal value) {
    var operand = operand(field, value);
    var allowed = operators(field, value.is(Form.LIST));
    var operator =
        Operator.of(symbol)
            .filter(allowed::contains)
            .orElseThrow(() -> invalidOperator(field, symbol, allowed));
    return new Comparison(field, operator, operand);
  }

  /// `IS NULL` and `IS NOT NULL`.
  final Comparison presence(Field field, Operator operator) {
    if (field.kind() != TAG && field.kind() != PARAMETER) {
      throw alwaysThere(field);
    }
    return new Comparison(field, operator, new Operand.Absence());
  }

  private Operand operand(Field field, Literal value) {
    return switch (field.kind()) {
      case METRIC -> number(value, "Expected numeric value type for metric. Found " + value.text());
      case PARAMETER, TAG -> entryValue(field, value);
      case ATTRIBUTE -> attributeValue(known(field.key()), value);
      case DATASET -> datasetValue(value);
    };
  }

  private static Operand number(Literal value, String problem) {
    if (!value.is(Form.NUMBER)) {
      throw MlflowFailure.invalid(problem);
    }
    return new Operand.Number(value.text());
  }

  /// The value of a parameter or a tag.
  Operand entryValue(Field field, Literal value) {
    if (value.is(Form.NUMBER) || value.is(Form.LIST)) {
      throw MlflowFailure.invalid(
          "Expected a quoted string value for %s (e.g. 'my-value'). Got value %s"
              .formatted(field.kind(), value.text()));
    }
    return value.quoted();
  }

  private Operand attributeValue(Attribute attribute, Literal value) {
    if (attribute.numeric()) {
      return number(
          value,
          "Expected numeric value type for numeric attribute: %s. Found %s"
              .formatted(attribute.name(), value.text()));
    }
    return switch (value.form()) {
      case QUOTED, BARE -> value.quoted();
      case NUMBER -> throw notText(value);
      case LIST -> list(attribute, value);
    };
  }

  private Operand list(Attribute attribute, Literal value) {
    if (!attribute.listable()) {
      throw MlflowFailure.invalid(
          "Only [%s] attributes support comparison with a list of quoted string values."
              .formatted(listable()));
    }
    return value.texts();
  }

  private String listable() {
    return attributes.values().stream()
        .filter(Attribute::listable)
        .map(attribute -> "'%s'".formatted(attribute.name()))
        .sorted()
        .collect(joining(", "));
  }

  private static Operand datasetValue(Literal value) {
    return switch (value.form()) {
      case QUOTED, BARE -> value.quoted();
      case LIST -> value.texts();
      case NUMBER ->
          throw MlflowFailure.invalid(
              "Expected a quoted string value for dataset attributes. Got value " + value.text());
    };
  }

  private Set<Operator> operators(Field field, boolean ofList) {
    if (ofList) {
      return Operator.OF_LISTS;
    }
    return isNumeric(field) ? Operator.OF_NUMBERS : Operator.OF_TEXTS;
  }

  final boolean isNumeric(Field field) {
    return field.kind() == METRIC || (field.kind() == ATTRIBUTE && known(field.key()).numeric());
  }

  /// Text that is no condition.
  RuntimeException invalidClause(String filter, String clause) {
    return MlflowFailure.invalid("Invalid clause(s) in filter string: '%s'".formatted(clause));
  }

  abstract RuntimeException unknownKind(String name);

  RuntimeException unknownAttribute(String name, Collection<String> known) {
    return MlflowFailure.invalid(
        "Invalid attribute key '%s' specified. Valid keys are '%s'".formatted(name, set(known)));
  }

  /// A number where the attribute is a text.
  RuntimeException notText(Literal value) {
    return MlflowFailure.invalid(
        "Expected a quoted string value for attributes. Got value " + value.text());
  }

  abstract RuntimeException invalidOperator(Field field, String symbol, Set<Operator> allowed);

  /// `IS NULL` of what everything has.
  abstract RuntimeException alwaysThere(Field field);

  /// As Python writes a set.
  static String set(Collection<String> names) {
    return names.stream().sorted().map("'%s'"::formatted).collect(joining(", ", "{", "}"));
  }

  /// As Python writes a set.
  static String symbols(Set<Operator> operators) {
    return set(operators.stream().map(Operator::symbol).toList());
  }
}
