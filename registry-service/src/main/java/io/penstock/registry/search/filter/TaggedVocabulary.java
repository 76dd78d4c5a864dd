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
              "experiment_id", Attribute.text("experiment_id").onlySorted(),
              "creation_time", Attribute.number("creation_time"),
              "last_update_time", Attribute.number("last_update_time")),
          "");

  private static final String OR_LIST = " or a list of quoted string values";
  private static final Attribute UPDATED = Attribute.number("last_updated_timestamp").onlySorted();
  private static final Attribute CREATED = Attribute.number("creation_timestamp").onlySorted();

  public static final TaggedVocabulary MODELS =
      new TaggedVocabulary(
          Map.of(
              "name", Attribute.text("name"),
              "timestamp", UPDATED,
              "last_updated_timestamp", UPDATED,
              "creation_timestamp", CREATED),
          OR_LIST);

  public static final TaggedVocabulary VERSIONS =
      new TaggedVocabulary(
          Map.of(
              "name", Attribute.text("name"),
              "version_number", Attribute.number("version_number"),
              "run_id", Attribute.text("run_id").withLists(),
              "source_path", Attribute.text("source_path"),
              "last_updated_timestamp", UPDATED,
              "creation_timestamp", CREATED),
          OR_LIST);

  private final String alternative;

  /// @param alternative what beside a text could have been said, for messages
  private TaggedVocabulary(Map<String, Attribute> attributes, String alternative) {
    super(KINDS, attributes, attributes.keySet());
    this.alternative = alternative;
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
    var what = isNumeric(field) ? field.kind() + " " + field.key() : field.kind().toString();
    return MlflowFailure.invalid(
        "Invalid comparator for %s: %s. Expected one of %s"
            .formatted(what, symbol, symbols(allowed)));
  }

  @Override
  RuntimeException alwaysThere(Field field) {
    return MlflowFailure.invalid(
        "IS NULL / IS NOT NULL is only supported for tags, not for attribute '%s'"
            .formatted(field.key()));
  }
}
