package io.penstock.registry.search.filter;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Vocabulary.Attribute;
import java.util.Map;
import java.util.Set;

/// What searches of things speak of that have columns and tags, and nothing else.
public final class TaggedVocabulary extends Vocabulary {

  private static final Map<String, Kind> KINDS =
      Map.of(
          "attribute", Kind.ATTRIBUTE,
          "tag", Kind.TAG,
          "tags", Kind.TAG);

  public static final TaggedVocabulary EXPERIMENTS =
      new TaggedVocabulary(
          Map.of(
              "name", Attribute.text("name"),
              "experiment_id", Attribute.text("experiment_id").withLists(),
              "creation_time", Attribute.number("creation_time"),
              "last_update_time", Attribute.number("last_update_time")),
          Set.of("name", "experiment_id", "creation_time", "last_update_time"),
          "",
          "Invalid order_by entity: %3$s");

  private static final String OR_LIST = " or a list of quoted string values";
  private static final String KEYS = "specified. Valid keys are '%4$s'";
  private static final Attribute UPDATED = Attribute.number("last_updated_timestamp").onlySorted();
  private static final Attribute CREATED = Attribute.number("creation_timestamp").onlySorted();

  public static final TaggedVocabulary MODELS =
      new TaggedVocabulary(
          Map.of(
              "name", Attribute.text("name").withLists(),
              "timestamp", UPDATED,
              "last_updated_timestamp", UPDATED),
          Set.of("name", "timestamp", "last_updated_timestamp"),
          OR_LIST,
          "Invalid order by key '%1$s' " + KEYS);

  public static final TaggedVocabulary VERSIONS =
      new TaggedVocabulary(
          Map.of(
              "name", Attribute.text("name").withLists(),
              "version_number", Attribute.number("version_number"),
              "run_id", Attribute.text("run_id").withLists(),
              "source_path", Attribute.text("source_path"),
              "last_updated_timestamp", UPDATED,
              "creation_timestamp", CREATED),
          Set.of("name", "version_number", "last_updated_timestamp", "creation_timestamp"),
          OR_LIST,
          "Invalid order by key '%2$s' " + KEYS);

  private final Set<String> orderable;
  private final String alternative;
  private final String unordered;

  /// @param orderable names of those attributes that orders may use
  /// @param alternative what beside a text could have been said, for messages
  /// @param unordered what is said to an order by tags, with places for what was asked for, its
  ///   key, its kind and what could have been asked for
  private TaggedVocabulary(
      Map<String, Attribute> attributes,
      Set<String> orderable,
      String alternative,
      String unordered) {
    super(KINDS, attributes, orderable);
    this.orderable = orderable;
    this.alternative = alternative;
    this.unordered = unordered;
  }

  @Override
  Field orderField(String identifier) {
    if (this == MODELS && !orderable.contains(identifier)) {
      throw unordered(identifier, new Field(Kind.ATTRIBUTE, identifier));
    }
    var field = super.orderField(identifier);
    if (field.kind() != Kind.ATTRIBUTE) {
      throw unordered(identifier, field);
    }
    return field;
  }

  private RuntimeException unordered(String identifier, Field field) {
    return MlflowFailure.invalid(
        unordered.formatted(identifier, field.key(), field.kind(), set(orderable)));
  }

  @Override
  RuntimeException unknownKind(String name) {
    return MlflowFailure.invalid(
        "Invalid entity type '%s'. Valid entity types are ('attribute', 'tag', 'tags')"
            .formatted(name));
  }

  @Override
  RuntimeException notText(Literal value) {
    return MlflowFailure.invalid(
        "Expected a quoted string value%s for attributes. Got value %s"
            .formatted(alternative, value.text()));
  }

  @Override
  RuntimeException invalidOperator(Field field, String symbol, Set<Operator> allowed) {
    if (this == EXPERIMENTS && field.kind() == Kind.ATTRIBUTE) {
      return RunVocabulary.INSTANCE.invalidOperator(field, symbol, allowed);
    }
    var what = isNumeric(field) ? field.kind() + " " + field.key() : field.kind().toString();
    return MlflowFailure.invalid("Invalid comparator for %s: %s".formatted(what, symbol));
  }

  @Override
  RuntimeException alwaysThere(Field field) {
    return MlflowFailure.invalid(
        "IS NULL / IS NOT NULL is only supported for tags, not for attribute '%s'"
            .formatted(field.key()));
  }
}
